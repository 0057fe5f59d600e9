//! Many jobs at once.

use aws_sdk_sagemaker::types::PipelineExecutionStatus;
use serde_json::Value;

use crate::support::{Endpoint, definition, training};

const JOBS: usize = 300;
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn ready_jobs_take_turns() {
    let endpoint = Endpoint::start_with(|options| options.max_jobs = AT_ONCE).await;
    let meeting = endpoint.state().join("meeting");
    fs_err::create_dir(&meeting).unwrap();
    // Every job counts the others that are there with it.
    let script = format!("touch {0}/$$; ls {0} | wc -l; rm {0}/$$", meeting.display());
    let steps: Vec<Value> = (0..JOBS).map(|n| training(&format!("s{n}"), &script)).collect();
    let (status, _) = endpoint.run(&definition(&steps)).await;
    assert_eq!(status, PipelineExecutionStatus::Succeeded);
    let mut counted = 0;
    for job in fs_err::read_dir(endpoint.state().join("jobs")).unwrap() {
        let log = fs_err::read_to_string(job.unwrap().path().join("log")).unwrap();
        let others: usize = log.trim().rsplit(' ').next().unwrap().parse().unwrap();
        assert!(others <= AT_ONCE, "{others} jobs at once");
        counted += 1;
    }
    assert_eq!(counted, JOBS);
}
