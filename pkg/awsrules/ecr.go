package awsrules

import "regexp"

var repositoryName = regexp.MustCompile(`^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$`)

const repositorySource = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html"

var _ = register("aws:ecr/repository:Repository", table{values: []row{
	{"name", all(length(2, 256), pattern(repositoryName,
		"must be lower-case letters and digits, with single . _ - or / between them")), repositorySource},
	{"imageTagMutability", oneOf("MUTABLE", "IMMUTABLE"), repositorySource},
	{
		"encryptionConfigurations[].encryptionType", oneOf("AES256", "KMS", "KMS_DSSE"),
		"https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EncryptionConfiguration.html",
	},
}})

var _ = register("aws:ecr/lifecyclePolicy:LifecyclePolicy", table{values: []row{
	{"policy", all(isJSON, document(lifecyclePolicy), length(100, 30720)),
		"https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html"},
}})

var _ = register("aws:ecr/repositoryPolicy:RepositoryPolicy", table{values: []row{
	{"policy", all(isJSON, policy(resourcePolicy, 10240)),
		"https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html"},
}})
