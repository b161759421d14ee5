package python

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// fetchTime is the most that one request may take.
const fetchTime = 2 * time.Minute

// fetch gets an archive from the first place that has it: the user's folders and
// pages of links, then the user's indexes. Its hash is checked by the caller, so it
// does not matter which place it is.
func (r *resolver) fetch(ctx context.Context, s sourceOnly, x indexes) ([]byte, error) {
	var tried []error
	client, err := x.client()
	if err != nil {
		return nil, err
	}
	for _, link := range x.findLinks {
		if local := strings.TrimPrefix(link, "file://"); !strings.Contains(local, "://") {
			if content, err := os.ReadFile(filepath.Join(local, s.archive())); err == nil {
				return content, nil
			}
		}
	}
	if x.noIndex {
		return nil, fmt.Errorf("%s is in no folder of links, and no index is to be asked", s.archive())
	}
	main := x.main
	if main == "" {
		if main, err = r.ownIndex(ctx); err != nil {
			return nil, err
		}
	}
	for _, index := range append([]string{main}, x.extra...) {
		address := credentialsOfNamed(index, r.getenv, unnamed)
		content, err := r.download(ctx, client, strings.TrimRight(address, "/")+"/"+normalize(s.name)+"/", s.archive())
		if err == nil {
			return content, nil
		}
		tried = append(tried, err)
	}
	return nil, errors.Join(tried...)
}

// download finds the file on a project's page and gets it.
func (r *resolver) download(ctx context.Context, client *http.Client, page, file string) ([]byte, error) {
	listed, base, err := r.get(ctx, client, page, "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1")
	if err != nil {
		return nil, err
	}
	for _, link := range links(listed) {
		to, err := base.Parse(link)
		if err != nil || path.Base(to.Path) != file {
			continue
		}
		if to.Host == base.Host && to.User == nil {
			to.User = base.User
		}
		to.Fragment = ""
		content, _, err := r.get(ctx, client, to.String(), "*/*")
		return content, err
	}
	return nil, fmt.Errorf("%s has no %s", base.Redacted(), file)
}

var hrefs = regexp.MustCompile(`(?i)<a\s[^>]*?href\s*=\s*["']([^"']+)["']`)

// links are the addresses on a project's page, in either form that indexes have.
// Source: https://packaging.python.org/en/latest/specifications/simple-repository-api/
func links(page []byte) (all []string) {
	var listed struct {
		Files []struct {
			URL string `json:"url"`
		} `json:"files"`
	}
	if json.Unmarshal(page, &listed) == nil {
		for _, f := range listed.Files {
			all = append(all, f.URL)
		}
		return all
	}
	for _, m := range hrefs.FindAllSubmatch(page, -1) {
		all = append(all, html.UnescapeString(string(m[1])))
	}
	return all
}

// get returns the content and the address that it came from at last.
func (r *resolver) get(ctx context.Context, client *http.Client, address, accept string) ([]byte, *url.URL, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, errors.New("an index's address is not one")
	}
	request.Header.Set("Accept", accept)
	if request.URL.User == nil {
		if user, password, ok := netrc(r.getenv, request.URL.Hostname()); ok {
			request.SetBasicAuth(user, password)
		}
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, nil, errors.New(r.red.line(err.Error()))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("%s answers %s", request.URL.Redacted(), answer.Status)
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, maxSource))
	if err != nil {
		return nil, nil, err
	}
	base := answer.Request.URL
	if base.Host == request.URL.Host {
		base.User = request.URL.User
	}
	return content, base, nil
}

// client reaches the indexes as the tools do.
func (x indexes) client() (*http.Client, error) {
	carrier := http.DefaultTransport.(*http.Transport).Clone()
	if x.proxy != "" {
		proxy, err := url.Parse(x.proxy)
		if err != nil {
			return nil, errors.New("the proxy's address is not one")
		}
		carrier.Proxy = http.ProxyURL(proxy)
	}
	carrier.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if x.certificates != "" {
		known, err := x509.SystemCertPool()
		if err != nil {
			known = x509.NewCertPool()
		}
		more, err := os.ReadFile(x.certificates)
		if err != nil {
			return nil, err
		}
		known.AppendCertsFromPEM(more)
		carrier.TLSClientConfig.RootCAs = known
	}
	if x.clientCertificate != "" {
		own, err := tls.LoadX509KeyPair(x.clientCertificate, x.clientCertificate)
		if err != nil {
			return nil, err
		}
		carrier.TLSClientConfig.Certificates = []tls.Certificate{own}
	}
	untrusting := carrier.Clone()
	untrusting.TLSClientConfig.InsecureSkipVerify = true //nolint:gosec // the user has said so of the host, and hashes are checked
	return &http.Client{Timeout: fetchTime, Transport: byTrust{carrier, untrusting, x.trusted}}, nil
}

// byTrust does not check the certificates of hosts that the user trusts.
type byTrust struct {
	checked, unchecked http.RoundTripper
	trusted            []string
}

// RoundTrip implements http.RoundTripper.
func (t byTrust) RoundTrip(r *http.Request) (*http.Response, error) {
	if slices.Contains(t.trusted, r.URL.Hostname()) || slices.Contains(t.trusted, r.URL.Host) {
		return t.unchecked.RoundTrip(r)
	}
	return t.checked.RoundTrip(r)
}
