package gcp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// longestStem is how long region and name are together in the names of what Composer
// makes: a cluster's name has at most 40 characters, of which a hash and the ending
// take 13.
const longestStem = 27

// stem begins the names of what Composer makes for an environment.
func stem(c *call) string {
	name := region(c) + "-" + c.Str("name")
	return strings.TrimRight(name[:min(len(name), longestStem)], "-")
}

// hash is the part of the names that is new for each environment that is made.
func hash(id string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", id, n))
	return hex.EncodeToString(sum[:4])
}

// folders are those of every environment's bucket.
// https://cloud.google.com/composer/docs/composer-3/cloud-storage
var folders = []string{"dags", "data", "logs", "plugins"}

// bucketOfEnvironment is the name of the environment's bucket: the one that is asked
// for, the one that it has, or the next that is free. An earlier environment of the
// same name may have left its own. One that this creation made already is its own.
func bucketOfEnvironment(c *call) (string, error) {
	if given := c.Str("storageConfig", "bucket"); given != "" {
		return strings.TrimPrefix(given, "gs://"), nil
	}
	if has := text(in(c.Old, "storageConfig", "bucket")); has != "" {
		return has, nil
	}
	for n := 0; ; n++ {
		name := stem(c) + "-" + hash(c.ID, n) + "-bucket"
		if c.P.Store == nil {
			return name, nil // formats alone are asked for
		}
		doc, err := c.Get(bucketType, name)
		if err != nil || doc == nil || doc.URN == string(c.URN) {
			return name, err
		}
	}
}

// bucketValue is the same as an output, which a preview of a creation does not know.
func bucketValue(c *call) any {
	if c.Preview && c.Old == nil && c.Str("storageConfig", "bucket") == "" {
		return unknownYet()
	}
	name, err := bucketOfEnvironment(c)
	if err != nil {
		return unknownYet() // the look before told of it
	}
	return name
}

// dagPrefix is where the DAGs are.
func dagPrefix(c *call) any {
	name, ok := bucketValue(c).(string)
	if !ok {
		return unknownYet()
	}
	return "gs://" + name + "/dags"
}

// cluster is the cluster of an environment of generation 2.
func cluster(c *call) any {
	name, ok := bucketValue(c).(string)
	if !ok {
		return unknownYet()
	}
	return "projects/" + project(c) + "/locations/" + region(c) + "/clusters/" + strings.TrimSuffix(name, "-bucket") + "-gke"
}

// makeEnvironmentBucket makes the bucket of a new environment, with its folders.
func makeEnvironmentBucket(c *call) error {
	name, err := bucketOfEnvironment(c)
	if err != nil {
		return err
	}
	found, err := c.Exists(bucketType, name)
	if err != nil {
		return err
	}
	if !found {
		if err := createBucket(c, name); err != nil {
			return fmt.Errorf("making the environment's bucket: %w", err)
		}
	}
	for _, folder := range folders {
		if err := os.MkdirAll(filepath.Join(c.P.Store.Layout().Bucket(name), folder), bucketFolderMode); err != nil {
			return err
		}
	}
	return nil
}

// createBucket makes a bucket as a program would.
func createBucket(c *call, name string) error {
	made := resource.NewPropertyMapFromMap(object{
		"name": name, "location": region(c), "project": project(c), "uniformBucketLevelAccess": true,
		"labels": object{"goog-composer-environment": c.Str("name"), "goog-composer-location": region(c)},
	})
	checked, err := c.P.Check(context.Background(), plugin.CheckRequest{URN: c.URN, Name: name, Type: bucketType, News: made})
	if err != nil {
		return err
	}
	if len(checked.Failures) > 0 {
		return errors.New(checked.Failures[0].Reason)
	}
	_, err = c.P.Create(context.Background(), plugin.CreateRequest{URN: c.URN, Name: name, Type: bucketType, Properties: checked.Properties})
	return err
}

// leaveEnvironmentBucket lets go of the bucket: Composer leaves it behind with what is
// in it. https://cloud.google.com/composer/docs/composer-3/delete-environments
func leaveEnvironmentBucket(c *call) error {
	doc, err := c.Get(bucketType, text(in(c.Old, "storageConfig", "bucket")))
	if err != nil || doc == nil || doc.URN != string(c.URN) && doc.URN != "" {
		return err
	}
	doc.URN, doc.Stack = "", ""
	return provider.IgnoreMissing(c.P.Store.Update(doc))
}
