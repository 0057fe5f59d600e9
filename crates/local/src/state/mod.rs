//! What the engine keeps on disk.
