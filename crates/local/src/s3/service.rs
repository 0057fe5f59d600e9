//! The S3 operations, as the protocol library calls them.

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, BucketLocationConstraint,
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput,
    CopyPartResult, CreateBucketInput, CreateBucketOutput, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, DeleteBucketInput, DeleteBucketOutput, DeleteObjectInput,
    DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, ETag, ETagCondition,
    Error as DeleteError, GetBucketLocationInput, GetBucketLocationOutput, GetObjectInput, GetObjectOutput,
    HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput, ListBucketsInput,
    ListBucketsOutput, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output,
    ListPartsInput, ListPartsOutput, PutObjectInput, PutObjectOutput, UploadPartCopyInput,
    UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Error, S3Request, S3Response, S3Result};

use super::list::{self, list};
use super::storage::{Replace, Storage};
use super::{buckets, multipart, objects};
use crate::connection::REGION;

/// Serves a [`Storage`].
pub(super) struct Service {
    storage: Storage,
}

impl Service {
    pub(super) fn new(storage: Storage) -> Self {
        Self { storage }
    }

    /// Runs something that uses files, away from the tasks that must not wait.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Storage) -> S3Result<T> + Send + 'static,
    ) -> S3Result<S3Response<T>> {
        let storage = self.storage.clone();
        blocking(move || work(&storage)).await.map(S3Response::new)
    }
}

/// Runs `work` on a thread that may wait.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> S3Result<T> + Send + 'static,
) -> S3Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(S3Error::internal_error)?
}

#[async_trait::async_trait]
impl S3 for Service {
    async fn create_bucket(
        &self,
        req: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        self.run(move |storage| {
            buckets::create(storage, &req.input.bucket)?;
            let location = Some(format!("/{}", req.input.bucket));
            Ok(CreateBucketOutput { location })
        })
        .await
    }

    async fn delete_bucket(
        &self,
        req: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.run(move |storage| {
            buckets::delete(storage, &req.input.bucket)?;
            Ok(DeleteBucketOutput::default())
        })
        .await
    }

    async fn head_bucket(&self, req: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.run(move |storage| {
            storage.bucket(&req.input.bucket)?;
            Ok(HeadBucketOutput { bucket_region: Some(REGION.to_owned()), ..HeadBucketOutput::default() })
        })
        .await
    }

    async fn get_bucket_location(
        &self,
        req: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.run(move |storage| {
            storage.bucket(&req.input.bucket)?;
            // An empty constraint is how S3 writes us-east-1.
            let location_constraint = None::<BucketLocationConstraint>;
            Ok(GetBucketLocationOutput { location_constraint })
        })
        .await
    }

    async fn list_buckets(&self, _: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
        self.run(|storage| {
            let buckets = Some(buckets::list(storage)?);
            Ok(ListBucketsOutput { buckets, ..ListBucketsOutput::default() })
        })
        .await
    }

    async fn list_objects(
        &self,
        req: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        self.run(move |storage| {
            let input = req.input;
            let encoded = input.encoding_type.is_some();
            let page = list(
                storage,
                &list::Request {
                    bucket: &input.bucket,
                    prefix: input.prefix.as_deref().unwrap_or_default(),
                    delimiter: input.delimiter.as_deref(),
                    after: input.marker.as_deref().unwrap_or_default(),
                    max_keys: input.max_keys,
                    encoded,
                },
            )?;
            Ok(ListObjectsOutput {
                is_truncated: Some(page.next.is_some()),
                max_keys: Some(page.max_keys),
                next_marker: page.next.map(|key| list::shown(key, encoded)),
                contents: Some(page.objects),
                common_prefixes: Some(page.prefixes),
                marker: input.marker.map(|key| list::shown(key, encoded)),
                delimiter: input.delimiter.map(|delimiter| list::shown(delimiter, encoded)),
                encoding_type: input.encoding_type,
                name: Some(input.bucket),
                prefix: input.prefix.map(|prefix| list::shown(prefix, encoded)),
                ..ListObjectsOutput::default()
            })
        })
        .await
    }

    async fn list_objects_v2(
        &self,
        req: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.run(move |storage| {
            let input = req.input;
            let encoded = input.encoding_type.is_some();
            let page = list(
                storage,
                &list::Request {
                    bucket: &input.bucket,
                    prefix: input.prefix.as_deref().unwrap_or_default(),
                    delimiter: input.delimiter.as_deref(),
                    after: input
                        .continuation_token
                        .as_deref()
                        .or(input.start_after.as_deref())
                        .unwrap_or_default(),
                    max_keys: input.max_keys,
                    encoded,
                },
            )?;
            Ok(ListObjectsV2Output {
                is_truncated: Some(page.next.is_some()),
                max_keys: Some(page.max_keys),
                key_count: i32::try_from(page.objects.len() + page.prefixes.len()).ok(),
                next_continuation_token: page.next,
                contents: Some(page.objects),
                common_prefixes: Some(page.prefixes),
                continuation_token: input.continuation_token,
                start_after: input.start_after.map(|key| list::shown(key, encoded)),
                delimiter: input.delimiter.map(|delimiter| list::shown(delimiter, encoded)),
                encoding_type: input.encoding_type,
                name: Some(input.bucket),
                prefix: input.prefix.map(|prefix| list::shown(prefix, encoded)),
                ..ListObjectsV2Output::default()
            })
        })
        .await
    }

    async fn put_object(&self, req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        objects::put(&self.storage, req.input, req.trailing_headers).await.map(S3Response::new)
    }

    async fn get_object(&self, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        objects::get(&self.storage, req.input).await.map(S3Response::new)
    }

    async fn head_object(&self, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        self.run(move |storage| {
            let input = req.input;
            let head = objects::head(storage, &input.bucket, &input.key)?;
            objects::check_conditions(&head, input.if_match.as_ref(), input.if_none_match.as_ref())?;
            Ok(head)
        })
        .await
    }

    async fn copy_object(&self, req: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        self.run(move |storage| objects::copy(storage, req.input)).await
    }

    async fn delete_object(
        &self,
        req: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.run(move |storage| {
            storage.delete(&req.input.bucket, &req.input.key)?;
            Ok(DeleteObjectOutput::default())
        })
        .await
    }

    async fn delete_objects(
        &self,
        req: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        self.run(move |storage| {
            let input = req.input;
            storage.bucket(&input.bucket)?;
            let (mut deleted, mut errors) = (Vec::new(), Vec::new());
            for object in input.delete.objects {
                let key = Some(object.key.clone());
                match storage.delete(&input.bucket, &object.key) {
                    Ok(()) => deleted.push(DeletedObject { key, ..DeletedObject::default() }),
                    Err(error) => errors.push(DeleteError {
                        key,
                        code: Some("InternalError".to_owned()),
                        message: Some(error.to_string()),
                        ..DeleteError::default()
                    }),
                }
            }
            let deleted = (!input.delete.quiet.unwrap_or_default()).then_some(deleted);
            Ok(DeleteObjectsOutput { deleted, errors: Some(errors), ..DeleteObjectsOutput::default() })
        })
        .await
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.run(move |storage| {
            let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
            let upload_id = multipart::create(storage, req.input)?;
            Ok(CreateMultipartUploadOutput {
                bucket: Some(bucket),
                key: Some(key),
                upload_id: Some(upload_id),
                ..CreateMultipartUploadOutput::default()
            })
        })
        .await
    }

    async fn upload_part(&self, req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        multipart::upload_part(&self.storage, req.input, req.trailing_headers).await.map(S3Response::new)
    }

    async fn upload_part_copy(
        &self,
        req: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        self.run(move |storage| {
            let md5 = multipart::upload_part_copy(storage, &req.input)?;
            let result = CopyPartResult { e_tag: Some(ETag::Strong(md5)), ..CopyPartResult::default() };
            Ok(UploadPartCopyOutput { copy_part_result: Some(result), ..UploadPartCopyOutput::default() })
        })
        .await
    }

    async fn list_parts(&self, req: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        self.run(move |storage| {
            let input = req.input;
            let parts = multipart::list_parts(storage, &input.upload_id, &input.bucket, &input.key)?;
            Ok(ListPartsOutput {
                parts: Some(parts),
                is_truncated: Some(false),
                bucket: Some(input.bucket),
                key: Some(input.key),
                upload_id: Some(input.upload_id),
                ..ListPartsOutput::default()
            })
        })
        .await
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.run(move |storage| {
            let input = req.input;
            let parts = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
            let refused = input.if_none_match.as_ref().is_some_and(ETagCondition::is_any);
            let replace = if refused { Replace::Refused } else { Replace::Allowed };
            let (bucket, key) = (&input.bucket, &input.key);
            let etag = multipart::complete(storage, &input.upload_id, bucket, key, parts, replace)?;
            Ok(CompleteMultipartUploadOutput {
                location: Some(format!("/{bucket}/{key}")),
                bucket: Some(bucket.clone()),
                key: Some(key.clone()),
                e_tag: Some(ETag::Strong(etag)),
                ..CompleteMultipartUploadOutput::default()
            })
        })
        .await
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.run(move |storage| {
            let input = req.input;
            multipart::abort(storage, &input.upload_id, &input.bucket, &input.key)?;
            Ok(AbortMultipartUploadOutput::default())
        })
        .await
    }
}
