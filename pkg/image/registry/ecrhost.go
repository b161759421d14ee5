package registry

import "regexp"

// ecrHost is what a private ECR registry's host name says.
type ecrHost struct {
	account, region string
	fips            bool
}

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html; the
// domains are those of AWS's partitions, as in the amazon-ecr-credential-helper.
var (
	ecrName = regexp.MustCompile(`^(\d{12})\.dkr[.-]ecr(-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-\d+)\.(?:amazonaws\.(?:com|com\.cn|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$`)
	ecrLike = regexp.MustCompile(`^(\d{12})\.dkr[.-]ecr(-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-\d+)\.[a-z0-9.-]+(?::\d+)?$`)
)

// parseECRHost reports whether a host is a private ECR registry; with emulated,
// its domain may be any, as emulators name theirs.
func parseECRHost(host string, emulated bool) (ecrHost, bool) {
	m := ecrName.FindStringSubmatch(host)
	if m == nil && emulated {
		m = ecrLike.FindStringSubmatch(host)
	}
	if m == nil {
		return ecrHost{}, false
	}
	return ecrHost{account: m[1], fips: m[2] != "", region: m[3]}, true
}
