//! Where a person sees a run in AWS's own pages.

/// Addresses in the AWS console.
pub(crate) struct Links {
    /// SageMaker Studio, where the pipeline's graph is.
    pub(crate) studio: String,
    /// The logs of training jobs.
    pub(crate) training_logs: String,
    /// The logs of processing jobs.
    pub(crate) processing_logs: String,
}

impl Links {
    /// The pages of a region. The graph itself is inside Studio, whose address only the account knows.
    pub(crate) fn new(region: &str) -> Self {
        let domain = if region.starts_with("cn-") { "amazonaws.cn" } else { "aws.amazon.com" };
        let console = format!("https://{region}.console.{domain}");
        // The console decodes the fragment twice.
        let logs = |group: &str| {
            format!(
                "{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{}",
                group.replace('/', "$252F")
            )
        };
        Self {
            studio: format!("{console}/sagemaker/home?region={region}#/studio-landing"),
            training_logs: logs("/aws/sagemaker/TrainingJobs"),
            processing_logs: logs("/aws/sagemaker/ProcessingJobs"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_region_and_the_log_group() {
        let links = Links::new("eu-west-1");
        assert!(links.studio.starts_with("https://eu-west-1.console.aws.amazon.com/sagemaker/"));
        assert!(links.training_logs.ends_with("log-group/$252Faws$252Fsagemaker$252FTrainingJobs"));
        assert!(Links::new("cn-north-1").studio.contains(".console.amazonaws.cn/"));
    }
}
