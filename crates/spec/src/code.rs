//! The stable codes of everything that can be wrong with a pipeline, each with a page of its own.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Declares the codes once: variant, number and the page that is compiled in.
macro_rules! codes {
    ($($(#[$documentation:meta])+ $variant:ident = $number:literal,)+) => {
        /// What is wrong, as a code that never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$documentation])+ $variant,)+
        }

        impl Code {
            /// Returns all codes, in order of their numbers.
            pub fn all() -> &'static [Code] {
                &[$(Code::$variant,)+]
            }

            /// Returns the code as it is written, such as `P0012`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $number,)+
                }
            }

            /// Returns the page that explains the code, as Markdown.
            pub fn page(self) -> &'static str {
                match self {
                    $(Code::$variant => {
                        include_str!(concat!("../../../docs/reference/errors/", $number, ".md"))
                    })+
                }
            }
        }
    };
}

codes! {
    /// The document is not JSON.
    InvalidJson = "P0001",
    /// The document is JSON of another form.
    InvalidDocument = "P0002",
    /// The document has a version that is not known.
    UnsupportedVersion = "P0003",
    /// A whole number does not fit into 64 bits.
    NumberTooLarge = "P0004",
    /// The pipeline has no steps.
    NoSteps = "P0005",
    /// The pipeline's name has other characters or is too long.
    InvalidPipelineName = "P0006",
    /// A step's name has other characters or is too long.
    InvalidStepName = "P0007",
    /// Two steps have one name.
    DuplicateStep = "P0008",
    /// A step has no command.
    EmptyCommand = "P0009",
    /// An output's name has other characters or is too long.
    InvalidOutputName = "P0010",
    /// Two outputs of a step have one name.
    DuplicateOutput = "P0011",
    /// Steps wait for one another.
    Cycle = "P0012",
    /// A step waits for itself.
    SelfDependency = "P0013",
    /// An input names a step that does not exist.
    UnknownStep = "P0014",
    /// An input names an output that its step does not have.
    UnknownOutput = "P0015",
    /// An input names a parameter that does not exist.
    UnknownParameter = "P0016",
    /// A step is to run after one that does not exist.
    UnknownAfter = "P0017",
    /// A parameter's name has other characters or is too long.
    InvalidParameterName = "P0018",
    /// Two parameters have one name.
    DuplicateParameter = "P0019",
    /// The pipeline has more parameters than a run can be started with.
    TooManyParameters = "P0020",
    /// A parameter's default is of another type.
    WrongDefaultType = "P0021",
    /// A parameter's value is too long.
    ParameterValueTooLong = "P0022",
    /// A value was given for a parameter that does not exist.
    UnknownParameterGiven = "P0023",
    /// A parameter without a default was given no value.
    MissingParameterValue = "P0024",
    /// A value given for a parameter is of another type.
    WrongParameterValue = "P0025",
    /// An environment variable has a name that belongs to Sagewright.
    ReservedEnvironment = "P0026",
    /// An environment variable has a name that no job accepts.
    InvalidEnvironmentName = "P0027",
    /// An environment variable's value is too long.
    EnvironmentValueTooLong = "P0028",
    /// A job has too many environment variables.
    TooManyEnvironmentVariables = "P0029",
    /// A tag's key or value has other characters or is too long.
    InvalidTag = "P0030",
    /// A resource has too many tags.
    TooManyTags = "P0031",
    /// An instance type is not written like one.
    InvalidInstanceType = "P0032",
    /// A volume is too small or too large.
    InvalidVolumeSize = "P0033",
    /// A maximum runtime is too short or too long.
    InvalidMaxRuntime = "P0034",
    /// A keep-alive period is negative or too long.
    InvalidKeepAlive = "P0035",
    /// An S3 URI is not written like one.
    InvalidS3Uri = "P0036",
    /// A channel's name has other characters or is too long.
    InvalidChannelName = "P0037",
    /// A job has too many channels, or a map without any.
    WrongNumberOfChannels = "P0038",
    /// The number of steps that may run at once is not positive.
    InvalidParallelism = "P0039",
    /// A role is not written as an ARN.
    InvalidRole = "P0040",
    /// An argument of the container is too long.
    ContainerArgumentTooLong = "P0041",
    /// The name of the image is empty or too long.
    InvalidImage = "P0042",
    /// An argument of the SDK is not known.
    UnknownArgument = "P0043",
    /// An argument of the SDK is known, and cannot be given.
    RefusedArgument = "P0044",
    /// An argument of the SDK has a value of another form.
    InvalidArgument = "P0045",
    /// A job has too few or too many instances.
    InvalidInstanceCount = "P0046",
    /// What job names begin with has other characters or is too long.
    InvalidJobName = "P0047",
    /// A key is not written like one.
    InvalidKmsKey = "P0048",
    /// Subnets or security groups are missing, too many, or not written like ones.
    InvalidNetwork = "P0049",
    /// A retry policy is not one that the service takes.
    InvalidRetryPolicy = "P0050",
    /// Waiting for spot capacity is not set in a way that makes sense.
    InvalidSpot = "P0051",
    /// A setting is only possible for the other kind of job.
    WrongJobKind = "P0052",
    /// A spot job cannot keep its instance warm.
    SpotKeepsNoInstance = "P0053",
    /// A step cannot run without a network.
    NetworkIsolation = "P0054",
    /// What is passed on to the request is not what the API takes.
    InvalidRequest = "P0055",
    /// What is passed on to the request replaces what Sagewright needs.
    ReservedRequest = "P0056",
    /// Checkpoints lie where they cannot, or go nowhere.
    InvalidCheckpoints = "P0057",
}

impl Code {
    /// Finds the code that is written so, in upper or lower case.
    pub fn find(text: &str) -> Option<Code> {
        Code::all().iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text.trim()))
    }

    /// Returns the title of the code's page, without the code itself.
    pub fn title(self) -> &'static str {
        let heading = self.page().lines().next().unwrap_or_default();
        heading.split_once(": ").map_or(heading, |(_, title)| title)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Code::find(&text).ok_or_else(|| de::Error::custom(format!("unknown code `{text}`")))
    }
}
