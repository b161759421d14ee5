package dockerfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// standard is the example's Dockerfile, which is the standard form.
func standard(t testing.TB) string {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "pipeline-config", Name))
	require.NoError(t, err)
	return string(data)
}

// read reads a Dockerfile of this text.
func read(t testing.TB, text string) *File {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, Name), []byte(text), 0o600))
	f, err := Read(root)
	require.NoError(t, err)
	require.NotNil(t, f)
	return f
}

// said are the problems in short: line, and what would be ignored.
func said(f *File) (out []string) {
	for _, p := range f.Ignored() {
		out = append(out, fmt.Sprintf("%d %s", p.Line, p.Detail))
	}
	return out
}

const short1 = `FROM base
ARG CODE_PATH
COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/
COPY requirements.txt global-requirements.txt
RUN pip install -r global-requirements.txt
COPY ${CODE_PATH}/../requirements.txt .
RUN pip install -r requirements.txt
CMD ["lambda.handler"]
`

func TestStandardForm(t *testing.T) {
	form := standard(t)
	replace := func(pairs ...string) string {
		text := strings.NewReplacer(pairs...).Replace(form)
		require.NotEqual(t, form, text, "nothing was replaced")
		return text
	}
	from := strings.SplitN(form, "\n", 2)[0]
	global := `RUN test -f global-requirements.txt && pip install -r global-requirements.txt || echo "No global requirements"`
	require.Contains(t, form, global)
	for name, text := range map[string]string{
		"as it is":             form,
		"short":                short1,
		"tag":                  replace(from, "FROM public.ecr.aws/lambda/python:3.13"),
		"digest":               replace(from, "FROM public.ecr.aws/lambda/python@sha256:"+strings.Repeat("a", 64)),
		"platform":             replace(from, "FROM --platform=linux/amd64 base AS final"),
		"target platform":      replace(from, "FROM --platform=$TARGETPLATFORM base"),
		"base argument":        replace(from, "ARG TAG=3.12\nFROM base:${TAG}"),
		"windows line ends":    strings.ReplaceAll(form, "\n", "\r\n"),
		"byte order mark":      "\ufeff" + form,
		"syntax line":          "# syntax=docker/dockerfile:1\n" + form,
		"other escape":         "# escape=`\n" + form,
		"comments":             "# hello\n" + replace("ARG CODE_PATH", "  # the folder\n\targ   CODE_PATH   "),
		"default of CODE_PATH": replace("ARG CODE_PATH", "ARG CODE_PATH=src/raw/weather/fetch"),
		"plain names":          replace("requirements.tx[t]", "requirements.txt"),
		"no braces":            replace("${CODE_PATH}/*", "$CODE_PATH/*", "${LAMBDA_TASK_ROOT}", "$LAMBDA_TASK_ROOT"),
		"quotes":               replace("COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/", `COPY "${CODE_PATH}/*" "/var/task"`),
		"JSON copy":            replace("COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/", `COPY ["${CODE_PATH}/*", "./"]`),
		"folder":               replace("COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/", `COPY ./${CODE_PATH}/ .`),
		"link and owner":       replace("COPY ${CODE_PATH}/*", `COPY --link --chown=root:root ${CODE_PATH}/*`),
		"ADD of a text":        replace("COPY requirements.tx[t]", "ADD requirements.txt"),
		"shell command":        replace(`CMD [ "lambda.handler" ]`, "CMD lambda.handler"),
		"two commands":         replace(`CMD [`, "CMD other\nCMD ["),
		"same WORKDIR":         replace("ARG CODE_PATH", "WORKDIR ${LAMBDA_TASK_ROOT}\nARG CODE_PATH"),
		"code last":            strings.Replace(replace("COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/\n", ""), "CMD", "COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/\nCMD", 1),
		"copies together": "FROM base\nARG CODE_PATH\nCOPY requirements.txt global-requirements.txt\nCOPY $CODE_PATH/* $CODE_PATH/../requirements.tx[t] ./\n" +
			"RUN pip install -r global-requirements.txt -r requirements.txt\nCMD [\"lambda.handler\"]",
		"no cache":        replace("pip install", "pip3 install --no-cache-dir -q --progress-bar off --root-user-action=ignore"),
		"flags before":    replace("pip install", "pip --disable-pip-version-check install"),
		"python -m pip":   replace("pip install", "python3 -m pip install"),
		"absolute pip":    replace("pip install -r", "/var/lang/bin/pip3.12 install --requirement"),
		"joined -r":       replace("install -r global", "install -rglobal"),
		"requirement=":    replace("install -r global", "install --requirement=./global"),
		"brackets":        replace("test -f global-requirements.txt", "[ -e ./global-requirements.txt ]"),
		"no test":         replace(global, "RUN pip install -r global-requirements.txt"),
		"true":            replace(`|| echo "No global requirements"`, `|| true`),
		"no else":         replace(`|| echo "No global requirements"`, ``),
		"continued":       replace(global, "RUN test -f global-requirements.txt \\\n  && pip install \\\n    -r global-requirements.txt \\\n  || echo none"),
		"if":              replace(global, "RUN if [ -f global-requirements.txt ]; then pip install -r global-requirements.txt; fi"),
		"if else":         replace(global, "RUN if test -f global-requirements.txt; then pip install -r global-requirements.txt; else echo none; fi"),
		"set":             replace(global, "RUN set -eu; pip install -r global-requirements.txt"),
		"JSON run":        replace(global, `RUN ["pip", "install", "-r", "global-requirements.txt"]`),
		"JSON shell":      replace(global, `RUN ["/bin/sh", "-c", "pip install -r /var/task/global-requirements.txt"]`),
		"here-document":   replace(global, "RUN <<EOF\n# packages\nset -e\npip install -r global-requirements.txt\nEOF"),
		"cache mount":     replace(global, "RUN --mount=type=cache,target=/root/.cache/pip pip install -r global-requirements.txt"),
		"secret mount":    replace(global, "RUN --mount=type=secret,id=PIP_INDEX_URL,env=PIP_INDEX_URL pip install -r global-requirements.txt"),
		"one instruction": replace(global+"\n", "", "RUN test -f ${LAMBDA_TASK_ROOT}/requirements.txt", "RUN pip install -r global-requirements.txt; test -f ${LAMBDA_TASK_ROOT}/requirements.txt"),
	} {
		t.Run(name, func(t *testing.T) {
			f := read(t, text)
			assert.Empty(t, said(f))
			assert.True(t, f.Standard())
		})
	}
}

func TestIgnored(t *testing.T) {
	const (
		run  = ": dorc runs no commands: it installs the packages of the requirement files of repo and pipeline"
		copy = ": dorc copies the function's folder, the requirement files and the shared_code_folder"
		pip  = ": dorc installs what the requirement files say, from the index that the environment of dorc names"
	)
	folder, n := t.TempDir(), 0
	// Each is put before the line of CMD, which is line 8.
	for text, want := range map[string][]string{
		"ENV TOKEN=canary B=2":                     {"8 ENV TOKEN, B: dorc sets no variables in the image; those of a function are in its pipeline.yaml, under environment"},
		"LABEL a=canary":                           {"8 LABEL a: dorc sets labels of its own only"},
		"EXPOSE 80":                                {"8 EXPOSE 80: dorc leaves what the base image says; Lambda does not use it"},
		"USER nobody":                              {"8 USER nobody: dorc leaves the base image's user; Lambda has one of its own"},
		"VOLUME /x":                                {"8 VOLUME /x: dorc leaves what the base image says; Lambda does not use it"},
		"HEALTHCHECK NONE":                         {"8 HEALTHCHECK NONE: dorc leaves what the base image says; Lambda does not use it"},
		"STOPSIGNAL 9":                             {"8 STOPSIGNAL 9: dorc leaves what the base image says; Lambda does not use it"},
		"WORKDIR /opt":                             {"8 WORKDIR /opt: dorc leaves the base image's working directory"},
		`SHELL ["/bin/bash", "-c"]`:                {`8 SHELL ["/bin/bash", "-c"]: dorc runs no shell`},
		`ENTRYPOINT ["/x"]`:                        {`8 ENTRYPOINT ["/x"]: dorc leaves the base image's entry point`},
		"ONBUILD RUN x":                            {"8 ONBUILD RUN x: dorc has nothing of the kind"},
		"MAINTAINER me":                            {"8 MAINTAINER me: dorc has nothing of the kind"},
		"ARG OTHER=canary CODE_PATH":               {"8 ARG OTHER: dorc passes no build argument but CODE_PATH"},
		"RUN dnf install -y gcc":                   {"8 RUN dnf install -y gcc" + run},
		"RUN \\\n  # why\n  yum install \\\n  gcc": {"8 RUN yum install gcc" + run},
		"RUN pip install --upgrade pip":            {"8 RUN pip install --upgrade pip" + run},
		"RUN pip install -r other.txt":             {"8 RUN pip install -r other.txt" + run},
		"RUN pip install -r":                       {"8 RUN pip install -r" + run},
		"RUN pip install -r requirements.txt && rm -rf /tmp":                  {"8 RUN pip install -r requirements.txt && rm -rf /tmp" + run},
		"RUN pip install -r requirements.txt; x":                              {"8 RUN pip install -r requirements.txt; x" + run},
		"RUN pip install -r requirements.txt > /log":                          {"8 RUN pip install -r requirements.txt > /log" + run},
		"RUN pip install -r $(cat which)":                                     {"8 RUN pip install -r $(cat which)" + run},
		"RUN pip install -r \"$UNKNOWN\"":                                     {"8 RUN pip install -r \"$UNKNOWN\"" + run},
		"RUN test -f x && pip install -r requirements.txt":                    {"8 RUN test -f x && pip install -r requirements.txt" + run},
		"RUN test -f requirements.txt || pip install -r requirements.txt":     {"8 RUN test -f requirements.txt || pip install -r requirements.txt" + run},
		"RUN if test -f requirements.txt; then x; fi":                         {"8 RUN if test -f requirements.txt; then x; fi" + run},
		"RUN if test -f requirements.txt; then":                               {"8 RUN if test -f requirements.txt; then" + run},
		`RUN ["dnf", "install"]`:                                              {`8 RUN ["dnf", "install"]` + run},
		"RUN <<EOF\ndnf install\nEOF":                                         {"8 RUN <<EOF" + run},
		"RUN pip install -t . -r requirements.txt":                            {"8 pip install -t" + pip, "8 pip install ." + pip},
		"RUN pip install -r requirements.txt boto3==1.0":                      {"8 pip install boto3==1.0" + pip},
		"RUN pip install --index-url=https://u:canary@h/ -r requirements.txt": {"8 pip install --index-url=https://***@h/" + pip},
		"RUN --mount=type=bind,target=/x pip install -r requirements.txt":     {"8 --mount=type=bind: dorc mounts nothing"},
		"RUN --mount=type=ssh pip install -r requirements.txt":                {"8 --mount=type=ssh: dorc mounts nothing"},
		"RUN --network=none pip install -r requirements.txt":                  {"8 --network=none: dorc uses the network of the machine"},
		"RUN curl https://user:canary@host/file":                              {"8 RUN curl https://***@host/file" + run},
		"COPY lib/ ./":                                                        {"8 COPY lib/ ./" + copy},
		"COPY . .":                                                            {"8 COPY . ." + copy},
		"COPY requirements.txt other.txt":                                     {"8 COPY requirements.txt other.txt" + copy},
		"COPY requirements*.txt ./":                                           {"8 COPY requirements*.txt ./" + copy},
		"COPY $CODE_PATH/* /opt/":                                             {"8 COPY $CODE_PATH/* /opt/" + copy},
		"COPY $CODE_PATH/*.py ./":                                             {"8 COPY $CODE_PATH/*.py ./" + copy},
		"COPY $OTHER/requirements.txt ./":                                     {"8 COPY $OTHER/requirements.txt ./" + copy},
		"COPY $CODE_PATH/* lib/ ./":                                           {"8 COPY $CODE_PATH/* lib/ ./" + copy},
		"COPY <<EOF a.txt\nhello\nEOF":                                        {"8 COPY <<EOF a.txt" + copy},
		"COPY --from=ghcr.io/x/uv /uv /bin/":                                  {"8 COPY --from=ghcr.io/x/uv /uv /bin/: dorc copies from the repo only"},
		"COPY --chown=1000:1000 $CODE_PATH/* ./":                              {"8 --chown=1000:1000: dorc's files belong to root, and all can read them"},
		"COPY --chmod=0600 $CODE_PATH/* ./":                                   {"8 --chmod=0600: dorc's files have mode 0644, or 0755 when they can be executed"},
		"COPY --exclude=*.md $CODE_PATH/* ./":                                 {"8 --exclude=*.md: dorc copies the whole folder, without what git ignores"},
		"ADD https://u:canary@example.org/x.tgz .":                            {"8 ADD https://***@example.org/x.tgz .: dorc downloads Python packages only"},
		"ADD lib.tgz ./":                                                      {"8 ADD lib.tgz ./" + copy},
	} {
		t.Run(text, func(t *testing.T) {
			root := filepath.Join(folder, strconv.Itoa(n))
			n++
			require.NoError(t, os.Mkdir(root, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(root, Name), []byte(strings.Replace(short1, "CMD", text+"\nCMD", 1)), 0o600))
			f, err := Read(root)
			require.NoError(t, err)
			assert.Equal(t, want, said(f))
			assert.False(t, f.Standard())
			for _, p := range f.Ignored() {
				assert.Equal(t, filepath.Join(f.root, Name), p.File)
				assert.Contains(t, p.Summary, "the standard image builder would ignore this ")
				assert.Contains(t, p.Hint, "image_builder: docker")
				assert.NotContains(t, p.Error(), "canary")
			}
		})
	}
}

// What the Dockerfile lacks, and what is in the wrong place.
func TestIgnoredAsAWhole(t *testing.T) {
	const cmd = `CMD ["lambda.handler"]`
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"another handler": {strings.Replace(short1, "lambda.handler", "app.main", 1), []string{
			`8 CMD ["app.main"]: dorc sets the command to lambda.handler`}},
		"more arguments": {strings.Replace(short1, cmd, `CMD ["lambda.handler", "x"]`, 1), []string{
			`8 CMD ["lambda.handler", "x"]: dorc sets the command to lambda.handler`}},
		"no handler": {strings.Replace(short1, cmd, "", 1), []string{
			"1 dorc sets the command to lambda.handler; the Dockerfile does not"}},
		"only FROM": {"FROM base", []string{
			"1 dorc copies the function's folder to the task root; the Dockerfile does not",
			"1 dorc copies the repo's requirements.txt to the task root as global-requirements.txt; the Dockerfile does not",
			"1 dorc installs the repo's requirements.txt; the Dockerfile does not",
			"1 dorc copies the pipeline's requirements.txt to the task root; the Dockerfile does not",
			"1 dorc installs the pipeline's requirements.txt; the Dockerfile does not",
			"1 dorc sets the command to lambda.handler; the Dockerfile does not",
		}},
		"CODE_PATH is not declared": {strings.Replace(short1, "ARG CODE_PATH\n", "", 1), []string{
			"2 COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/: dorc copies the function's folder, the requirement files and the shared_code_folder",
			"5 COPY ${CODE_PATH}/../requirements.txt .: dorc copies the function's folder, the requirement files and the shared_code_folder",
			"6 RUN pip install -r requirements.txt: dorc runs no commands: it installs the packages of the requirement files of repo and pipeline",
			"1 dorc copies the function's folder to the task root; the Dockerfile does not",
			"1 dorc copies the pipeline's requirements.txt to the task root; the Dockerfile does not",
			"1 dorc installs the pipeline's requirements.txt; the Dockerfile does not",
		}},
		"CODE_PATH is declared too early": {"ARG CODE_PATH=x\n" + strings.Replace(short1, "ARG CODE_PATH\n", "ARG CODE_PATH\nARG CODE_PATH=y\n", 1), nil},
		"installed before it is copied": {"FROM base\nARG CODE_PATH\nRUN pip install -r requirements.txt\n" + strings.SplitN(short1, "\n", 3)[2], []string{
			"3 RUN pip install -r requirements.txt: dorc runs no commands: it installs the packages of the requirement files of repo and pipeline"}},
		"two stages": {"FROM golang:1 AS tools\nRUN make\n\n" + short1, []string{
			"1 FROM golang:1 AS tools: dorc makes the image from the base of the last stage, and has no other stages"}},
		"another platform": {strings.Replace(short1, "FROM", "FROM --platform=linux/arm64", 1), []string{
			"1 --platform=linux/arm64: dorc makes images for linux/amd64"}},
		"ADD of the code": {strings.Replace(short1, "COPY", "ADD", 1), []string{
			"3 ADD ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/: dorc copies the function's folder as it is and unpacks no archives"}},
		"another working directory": {strings.Replace(short1, "ARG CODE_PATH", "ARG CODE_PATH\nWORKDIR /opt", 1), []string{
			"3 WORKDIR /opt: dorc leaves the base image's working directory",
			"5 COPY requirements.txt global-requirements.txt: dorc copies the function's folder, the requirement files and the shared_code_folder",
			"6 RUN pip install -r global-requirements.txt: dorc runs no commands: it installs the packages of the requirement files of repo and pipeline",
			"7 COPY ${CODE_PATH}/../requirements.txt .: dorc copies the function's folder, the requirement files and the shared_code_folder",
			"8 RUN pip install -r requirements.txt: dorc runs no commands: it installs the packages of the requirement files of repo and pipeline",
			"1 dorc copies the repo's requirements.txt to the task root as global-requirements.txt; the Dockerfile does not",
			"1 dorc installs the repo's requirements.txt; the Dockerfile does not",
			"1 dorc copies the pipeline's requirements.txt to the task root; the Dockerfile does not",
			"1 dorc installs the pipeline's requirements.txt; the Dockerfile does not",
		}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, said(read(t, tt.text))) })
	}
}
