package config

import (
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/awsid"
)

// DefaultSourceCodeFolder is the folder of layers when the file names none.
const DefaultSourceCodeFolder = "src"

// universalFields are the keys of Pulumi.universal.yaml.
func universalFields() []field[Universal] {
	return []field[Universal]{
		{name: "project", required: true, example: "ExampleDorc", read: func(r *reader, n *yaml.Node, u *Universal) {
			if v, ok := r.text(n, "project"); ok {
				u.Project = v
				checkPart(r, n, "project", v)
			}
		}},
		{name: "region", example: "eu-west-2", read: func(r *reader, n *yaml.Node, u *Universal) {
			if v, ok := r.text(n, "region"); ok {
				u.Region = v
				if !awsid.IsRegion(v) {
					r.add(n, "region is not an AWS region", "it is "+quote(v), "use a region's code, such as eu-west-2")
				}
			}
		}},
		{name: "tags", example: "{team: data}", read: func(r *reader, n *yaml.Node, u *Universal) { u.Tags = readTags(r, n) }},
		{name: "source_code_folder", example: DefaultSourceCodeFolder, read: func(r *reader, n *yaml.Node, u *Universal) {
			u.SourceCodeFolder = readFolder(r, n, "source_code_folder", DefaultSourceCodeFolder)
		}},
		{name: "image_builder", example: "standard", read: readImageBuilder},
		{name: "base_image", example: "public.ecr.aws/lambda/python:3.12", read: readBaseImage},
		{name: "python_version", example: `"3.12"`, read: readPythonVersion},
		{name: "shared_code_folder", example: "shared", read: func(r *reader, n *yaml.Node, u *Universal) {
			u.SharedCodeFolder = readFolder(r, n, "shared_code_folder", "shared")
		}},
		{name: "aws", example: "false", read: func(r *reader, n *yaml.Node, u *Universal) {
			if v, ok := r.boolean(n, "aws"); ok {
				u.NoAWS = !v
			}
		}},
		{name: "gcp", example: "{project_id: exampledorc-data, region: europe-west2}", read: readGoogleUniversal},
	}
}

// readFolder reads a folder below the config repo.
func readFolder(r *reader, n *yaml.Node, key, example string) string {
	v, ok := r.text(n, key)
	if !ok {
		return ""
	}
	folder := filepath.ToSlash(filepath.Clean(v))
	if !filepath.IsLocal(v) || strings.Contains(v, `\`) || folder == "." {
		r.add(n, key+" is not a folder of the config repo", "it is "+quote(v), "use a path below the config repo, such as "+example)
	}
	return folder
}

func universalKeys() []string { return fieldNames(universalFields()) }

// part is what stands in cloud names: single separators between letters and
// digits, as ECR asks, the strictest of those services.
var part = regexp.MustCompile(`^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$`)

func checkPart(r *reader, n *yaml.Node, what, v string) {
	if !part.MatchString(v) {
		r.add(n, what+" cannot stand in cloud names", "it is "+quote(v)+"; allowed are letters and digits, with single - or _ between them",
			"write it as "+suggestPart(v))
	}
}

func suggestPart(v string) string {
	s := strings.Trim(regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(v, "-"), "-")
	if s == "" {
		return "example"
	}
	return s
}

// readUniversal reads and checks the pairs of a universal stack's configuration.
func readUniversal(r *reader, pairs []pair, defaultRegion string, partial bool) Universal {
	var u Universal
	r.partial = partial
	seen := readFields(r, pairs, universalFields(), &u, partial)
	switch {
	case !u.NoAWS || partial:
	case u.GCP == nil && seen["gcp"] == nil:
		r.add(seen["aws"], "aws is false, and there is no gcp", "the project would have nothing anywhere", "add gcp: {project_id: …, region: …}, or remove aws")
	case seen["region"] != nil:
		r.add(seen["region"], "region is that of AWS, where this project has nothing", "aws is false", "remove it; gcp.region is Google's")
	}
	if !u.NoAWS {
		checkTags(r, seen["tags"])
	}
	if u.GCP != nil {
		checkLabels(r, seen["tags"])
	}
	if u.Region == "" {
		u.Region = defaultRegion
	}
	if u.SourceCodeFolder == "" {
		u.SourceCodeFolder = DefaultSourceCodeFolder
	}
	return u
}
