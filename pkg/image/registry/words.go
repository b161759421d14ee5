package registry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// words says what a failure is. It is the one table of what registries' and
// connections' failures mean.
func (f failure) words() problem.Problem {
	var (
		credentials credentialsError
		api         apiError
		read        readError
	)
	switch {
	case errors.As(f.err, &credentials), errors.As(f.err, &api):
		return awsWords(f.err)
	case errors.As(f.err, &read):
		return problem.Problem{
			Summary: "a layer cannot be read",
			Detail:  reason(read.err),
			Hint:    "Nothing was tagged. Run the command again; it goes on where it ended.",
		}
	case f.status != nil:
		return f.answerWords()
	case errors.Is(f.err, errProtocol):
		return problem.Problem{
			Summary: "the registry answers in a way that no registry should",
			Detail:  reason(f.err),
			Hint:    "Check that the address is a container registry's, and that no proxy answers for it.",
		}
	}
	return f.connectionWords()
}

// answerWords is for an answer that says no.
func (f failure) answerWords() problem.Problem {
	s := f.status
	said := "the registry answers " + s.Error()
	switch {
	case s.status == http.StatusNotFound && f.doing != pulling && isGoogle(f.repo.RegistryStr()):
		return problem.Problem{Summary: "the image repository does not exist", Detail: said,
			Hint: "Apply universal first: it creates the repository. Check gcp.project_id, gcp.region and gcp.repository_name too."}
	case s.status == http.StatusNotFound && f.doing != pulling:
		return problem.Problem{Summary: "the image repository does not exist", Detail: said,
			Hint: "Apply universal first: it creates the repositories. Check AWS_ACCOUNT and AWS_REGION too."}
	case s.status == http.StatusNotFound:
		return problem.Problem{Summary: "the registry no longer has a blob of the base image", Detail: said,
			Hint: "Choose another tag of the base image, or wait for the registry to be repaired."}
	case s.status == http.StatusUnauthorized:
		return problem.Problem{Summary: "the registry refuses the credentials", Detail: fmt.Sprintf("%s; used: %s", said, f.used()), Hint: f.login()}
	case s.status == http.StatusForbidden, s.has("DENIED"):
		return problem.Problem{Summary: "the credentials are not allowed to do this", Detail: fmt.Sprintf("%s; used: %s", said, f.used()), Hint: f.permission()}
	case s.status == http.StatusTooManyRequests:
		p := problem.Problem{Summary: "the registry limits requests", Detail: said, Hint: "Wait and run the command again; it goes on where it ended. Docker Hub allows more to who is logged in."}
		if s.retryAfter > 0 {
			p.Detail += fmt.Sprintf("; it asks to wait %s", s.retryAfter)
		}
		return p
	case s.status == http.StatusRequestEntityTooLarge:
		return problem.Problem{Summary: "the registry takes nothing this large", Detail: said,
			Hint: "Make the layer smaller, or raise the limit of the registry or of the proxy before it."}
	case s.has("DIGEST_INVALID") && f.doing == pushing:
		return problem.Problem{Summary: "a layer changed while it was sent", Detail: said,
			Hint: "Run the command again. If it fails again, remove dorc's cache folder."}
	case passes(f.err):
		return problem.Problem{Summary: "the registry has a failure of its own", Detail: said,
			Hint: "Run the command again later; it goes on where it ended, and nothing was tagged. If it lasts, see the registry's status page."}
	}
	return problem.Problem{Summary: "the registry refuses the request", Detail: said + "; used: " + f.used(),
		Hint: "See what the registry says above. Nothing was tagged."}
}

// connectionWords is for what went wrong on the way.
func (f failure) connectionWords() problem.Problem {
	var (
		dns       *net.DNSError
		plain     plainHTTPError
		untrusted *tls.CertificateVerificationError
		unknown   x509.UnknownAuthorityError
		notTLS    tls.RecordHeaderError
		timeout   net.Error
	)
	said := reason(f.err)
	host := f.repo.RegistryStr()
	switch {
	case errors.As(f.err, &dns) && dns.IsNotFound:
		return problem.Problem{Summary: "the registry's name is unknown", Detail: "no address is found for " + clean(dns.Name),
			Hint: "Check the registry's name and region, and this machine's network and DNS."}
	case errors.As(f.err, &plain), notHTTPS(f.err), errors.As(f.err, &notTLS):
		return problem.Problem{Summary: "the registry does not speak HTTPS", Detail: "plain HTTP is used for this machine's own registries only, and " + host + " is not one",
			Hint: "Give the registry a certificate, or use another."}
	case errors.As(f.err, &untrusted), errors.As(f.err, &unknown):
		return problem.Problem{Summary: "the registry's certificate is not trusted", Detail: said,
			Hint: "If a company proxy or registry has its own authority, add that to this machine's trusted certificates, or name its file in SSL_CERT_FILE."}
	case errors.Is(f.err, errSilent), errors.As(f.err, &timeout) && timeout.Timeout():
		return problem.Problem{Summary: "the registry does not answer in time", Detail: said,
			Hint: "Check the network and the proxy settings, and run the command again; it goes on where it ended."}
	case dns != nil, errors.Is(f.err, syscall.ECONNREFUSED), errors.Is(f.err, syscall.EHOSTUNREACH), errors.Is(f.err, syscall.ENETUNREACH):
		return problem.Problem{Summary: "the registry cannot be reached", Detail: said,
			Hint: "Check the registry's address, this machine's network and the proxy settings."}
	}
	return problem.Problem{Summary: "the connection to the registry was lost", Detail: said,
		Hint: "Run the command again; it goes on where it ended, and nothing was tagged."}
}

func (f failure) used() string {
	if f.source == "" {
		return fromAnonymous
	}
	return f.source
}

// login says how to get credentials that the registry knows.
func (f failure) login() string {
	switch {
	case f.source == fromECR:
		return "Check that the AWS credentials are of the registry's account and region (aws sts get-caller-identity)."
	case f.source == fromGoogle || isGoogle(f.repo.RegistryStr()):
		return "Run gcloud auth application-default login."
	}
	return "Run docker login " + loginHost(f.repo)
}

// permission says what to ask the account's owner for.
func (f failure) permission() string {
	if isGoogle(f.repo.RegistryStr()) {
		return f.googlePermission()
	}
	if f.source != fromECR {
		return "Log in as somebody who may use " + f.repo.Name() + ", or ask its owner for the permission."
	}
	switch f.doing {
	case pushing:
		return "Allow ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository."
	case deleting:
		return "Allow ecr:BatchDeleteImage on the repository."
	}
	return "Allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository."
}

// googlePermission names the role that has the permission. Source:
// https://cloud.google.com/artifact-registry/docs/access-control#roles
func (f failure) googlePermission() string {
	switch f.doing {
	case pushing:
		return "Grant roles/artifactregistry.writer on the repository."
	case deleting:
		return "Grant roles/artifactregistry.repoAdmin on the repository: it may delete tags."
	}
	return "Grant roles/artifactregistry.reader on the repository."
}
