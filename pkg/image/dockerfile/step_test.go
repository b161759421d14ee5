package dockerfile

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLines(t *testing.T) {
	f := read(t, `# one
FROM a AS tools
ENV X=1
RUN make \
  all

FROM tools
COPY x .
CMD ["y"]
WORKDIR /z
RUN  make   all
FROM scratch AS last
ARG A
ADD a b
`)
	for _, tt := range []struct {
		stage string
		step  int
		want  int
	}{
		{"tools", 1, 2}, {"stage-0", 2, 4}, {"tools", 3, 0},
		{"stage-1", 1, 8}, {"stage-1", 2, 10}, {"stage-1", 3, 11},
		{"", 1, 14}, {"last", 1, 14}, {"last", 2, 0}, {"other", 1, 0},
	} {
		assert.Equal(t, tt.want, f.StepLine(tt.stage, tt.step), "%s %d", tt.stage, tt.step)
	}
	for text, want := range map[string]int{
		"FROM a AS tools": 2, "RUN make all": 11, "COPY x  .": 8, `CMD ["y"]`: 9, "COPY y .": 0, "": 0,
	} {
		assert.Equal(t, want, f.TextLine(text), text)
	}
}

func TestBaseLine(t *testing.T) {
	f := read(t, "ARG V=2\nFROM one\nFROM host/two:$V\n")
	for image, want := range map[string]int{"docker.io/library/one": 2, "host/two:2": 3, "two:2": 0, "docker.io/library/none": 0} {
		assert.Equal(t, want, f.BaseLine(image), image)
	}
}
