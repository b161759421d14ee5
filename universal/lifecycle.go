package universal

// lifecyclePolicy expires images that no environment uses any more. Source:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
//
// A Lambda refers to its image by digest, and ECR does not know that: a rule
// that counts images ("keep the newest 30") would delete the image of an
// environment that has not changed for long while another one changes daily. So
// tags do the counting. Every environment that uses an image holds a tag
// <env>-<digest> on it, and gives the tag up when its function has moved on;
// ECR deletes an image with its last tag. An image in use therefore always has a
// tag, and only images without one may expire: those that someone pushed by hand
// or that an interrupted push left behind.
const lifecyclePolicy = `{"rules":[{` +
	`"rulePriority":1,` +
	`"description":"Images without a tag are used by no environment",` +
	`"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},` +
	`"action":{"type":"expire"}}]}`
