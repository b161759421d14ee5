package componenttest

import (
	"maps"
	"strings"
)

// ProjectNumber is the number of every Google project.
const ProjectNumber = "123456789012"

// computedGoogle returns the id and the outputs that Google Cloud would give; ok
// says that it knows the type.
func computedGoogle(typ string, inputs map[string]any) (id string, outputs map[string]any, ok bool) {
	outputs = maps.Clone(inputs)
	project := "projects/" + text(inputs["project"])
	compute := func(kind string) string {
		if region := text(inputs["region"]); region != "" {
			return project + "/regions/" + region + "/" + kind + "/" + text(inputs["name"])
		}
		return project + "/global/" + kind + "/" + text(inputs["name"])
	}
	switch typ {
	case "gcp:organizations/project:Project":
		id = "projects/" + text(inputs["projectId"])
		outputs["number"] = ProjectNumber
	case "gcp:artifactregistry/repository:Repository":
		id = project + "/locations/" + text(inputs["location"]) + "/repositories/" + text(inputs["repositoryId"])
		outputs["name"] = text(inputs["repositoryId"])
	case "gcp:storage/bucket:Bucket":
		id = text(inputs["name"])
		outputs["url"] = "gs://" + id
	case "gcp:serviceaccount/account:Account":
		email := text(inputs["accountId"]) + "@" + text(inputs["project"]) + ".iam.gserviceaccount.com"
		id = project + "/serviceAccounts/" + email
		outputs["email"], outputs["member"], outputs["name"] = email, "serviceAccount:"+email, id
	case "gcp:secretmanager/secret:Secret":
		id = project + "/secrets/" + text(inputs["secretId"])
		outputs["name"] = "projects/" + ProjectNumber + "/secrets/" + text(inputs["secretId"])
	case "gcp:composer/environment:Environment":
		id = located(inputs, "environments")
		bucket := text(inputs["region"]) + "-" + text(inputs["name"]) + "-0a1b2c3d-bucket"
		of, _ := inputs["config"].(map[string]any)
		of = maps.Clone(of)
		of["airflowUri"], of["dagGcsPrefix"] = "https://0a1b2c3d-dot-"+text(inputs["region"])+".composer.googleusercontent.com", "gs://"+bucket+"/dags"
		outputs["config"] = of
	case "gcp:compute/network:Network":
		id = compute("networks")
	case "gcp:compute/subnetwork:Subnetwork":
		id = compute("subnetworks")
	case "gcp:compute/router:Router":
		id = compute("routers")
	case "gcp:compute/address:Address":
		id = compute("addresses")
	default:
		return "", nil, false
	}
	if strings.HasPrefix(typ, "gcp:compute/") {
		outputs["selfLink"] = "https://www.googleapis.com/compute/v1/" + id
	}
	return id, outputs, true
}
