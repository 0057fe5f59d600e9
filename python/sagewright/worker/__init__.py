"""The worker: runs one step's function inside a job, as told by the file that `SAGEWRIGHT_STEP` names."""
