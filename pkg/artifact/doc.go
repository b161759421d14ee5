// Package artifact builds, keeps and deploys artifacts: the compiled DAGs of a
// service project, under an id that never means anything else. It knows buckets and
// files. What a DAG means and what an environment is its callers know.
//
// In the artifacts bucket:
//
//	artifacts/<id>/files/…         the files of an artifact
//	artifacts/<id>/manifest.json   written last: without it there is no artifact
//	deploys/<time>_<id>.json       what was deployed, by whom, and what changed
//
// In the bucket of a Composer environment, below dags/dop_<service project>/:
//
//	<layer>/<pipeline>/…           the files of a pipeline
//	.airflowignore                 keeps Airflow out of .dorc
//	.dorc/deployed.json            which artifact each pipeline is of
//	.dorc/lock.json                the lease of a deploy that is going on
package artifact
