//! The published JSON Schema is the one that the types give. `SAGEWRIGHT_BLESS=1` rewrites it.

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/spec.schema.json");

#[test]
fn the_published_schema_is_current() {
    let schema = format!("{:#}\n", sagewright_spec::schema());
    if std::env::var_os("SAGEWRIGHT_BLESS").is_some() {
        fs_err::write(PATH, &schema).unwrap();
    }
    assert_eq!(fs_err::read_to_string(PATH).unwrap(), schema, "run `make bless`");
}
