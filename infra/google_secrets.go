package infra

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/secretmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// GoogleSecret is a secret without a value: a person adds that, so that it is in
// no state.
type GoogleSecret struct {
	// Resource is the secret.
	Resource *secretmanager.Secret
}

// createSecrets creates a secret for each connection profile. It is kept in the
// environment's region alone, where its readers are: passwords leave the region as
// little as the data. Where a secret is kept cannot be changed later. Source:
// https://cloud.google.com/secret-manager/docs/choosing-replication
func (g *Google) createSecrets(s *googleScope, outputs pulumi.Map) error {
	for _, profile := range slices.Sorted(maps.Keys(s.ConnectionProfiles)) {
		name, err := s.Names.Secret(profile)
		if err != nil {
			return err
		}
		secret, err := secretmanager.NewSecret(s.ctx, "secret-"+profile, &secretmanager.SecretArgs{
			SecretId: pulumi.String(name),
			Project:  pulumi.String(s.ProjectID),
			Replication: &secretmanager.SecretReplicationArgs{
				UserManaged: &secretmanager.SecretReplicationUserManagedArgs{
					Replicas: secretmanager.SecretReplicationUserManagedReplicaArray{
						&secretmanager.SecretReplicationUserManagedReplicaArgs{Location: pulumi.String(s.Region)},
					},
				},
			},
		}, s.needs("secretmanager"))
		if err != nil {
			return err
		}
		g.Secrets[profile] = &GoogleSecret{secret}
		outputs["gcp-secret-"+profile+"-id"] = pulumi.Sprintf("projects/%s/secrets/%s", secret.Project, secret.SecretId)
	}
	return nil
}
