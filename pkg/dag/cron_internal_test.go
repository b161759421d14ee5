package dag

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/robfig/cron/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/venvtest"
)

// crons are expressions, right and wrong.
var crons = []string{
	"* * * * *", "0 4 * * *", "*/5 * * * *", "0-30/5 * * * *", "5/15 * * * *", "1,2,3 4,5 * * *", "0 0 1 1 *", "0 0 31 12 *", "59 23 31 12 6", "0 0 * * 7", "0 0 * * 0", "0 0 * * 1-7",
	"0 0 * * 5-7", "0 0 * * 6-1", "0 0 * * sun", "0 0 * * SUN", "0 0 * * Mon-Fri", "0 0 * * fri-mon", "0 0 1 jan *", "0 0 1 JAN-MAR *", "0 0 1 nov-feb *", "0 22-4 * * *", "50-10 * * * *", "5-5 * * * *",
	"0 0 l * *", "0 0 L * *", "0 0 15-l * *", "0 0 l-3 * *", "0 0 l,15 * *", "0 0 1,l * *", "0 0 * * l", "0 0 * * L5", "0 0 * * l5", "0 0 * * 5l", "0 0 * * lfri", "0 0 * * l7", "0 0 * * l8", "0 0 * * l5,l6", "0 0 * * l5,1",
	"0 0 * * 5#3", "0 0 * * fri#3", "0 0 * * 7#1", "0 0 * * 5#0", "0 0 * * 5#6", "0 0 * * 5#", "0 0 * * #3", "0 0 * * mon-fri#2", "0 0 * * 1-5#2", "0 0 * * 5#3,1#1", "0 0 * * 5#3,1", "0 0 * * 8#1", "0 0 * * *,5#3", "0 0 1 * 5#1",
	"0 0 ? * *", "0 0 * * ?", "0 0 ? * ?", "? 0 * * *", "0 ? * * *", "0 0 * ? *", "0 0 ?,1 * *", "0 0 1-? * *",
	"", " ", "*", "* * * *", "0 0", "every day", "@daily", "@hourly", "@weekly", "@monthly", "@yearly", "@annually", "@midnight", "@dayly", "@", "@reboot", "@every 1h",
	"60 * * * *", "0 24 * * *", "0 0 0 * *", "0 0 32 * *", "0 0 1 0 *", "0 0 1 13 *", "0 0 * * 8", "-1 * * * *", "1- * * * *", "-5 * * * *", "1--5 * * * *", "1-2-3 * * * *", "*/0 * * * *", "*/ * * * *", "/5 * * * *", "*/-5 * * * *", "*/61 * * * *", "*/a * * * *", "1/ * * * *", "0-59/0 * * * *",
	"5-70 * * * *", "70-5 * * * *", "1,,2 * * * *", ",1 * * * *", "1, * * * *", "a * * * *", "* * * foo *", "* * * * foo", "* * * janu *", "* * * jan/2 *", "* * * jan-dec/3 *", "* * * * mon/2", "mon * * * *", "* * jan * *", "1.5 * * * *", "+1 * * * *", "*/+5 * * * *", "** * * * *", "*-5 * * * *", "5-* * * * *", "*,5 * * * *", "*/5,7 * * * *", "*/5/2 * * * *",
	"0 0 0-5 * *", "0 0 * 0-5 *", "0 0 * 12-1/2 *", "00 04 01 01 00", "0 0 1W * *", "0 0 W * *", "0 0 LW * *", "0 0 * * 1L", "0 0 * * MON#1", "0 0 * * mon#1,fri#3", "0 0 * * mon#l", "0\t4 * *  *", "0 0 * * 0-0", "0 0 * * 7-7", "0 0 * * 0-7", "0 0 * * 7-0", "0 0 * * 3-7/2", "0 0 l/2 * *", "0 0 l-l * *", "0 0 * * 1#1#1", "0 0 * * mon-5#2", "0 0 1-l/2 * *", "0 0 * l *", "99999999999999999999 * * * *", "0 0 * * l",
}

// seldom are fields that have a meaning for croniter and none for dorc, or the other way.
func seldom(expression string) bool {
	fields := strings.Fields(strings.ToLower(expression))
	if len(fields) != 5 {
		return len(fields) == 6 || len(fields) == 7 // seconds and years
	}
	for _, f := range fields {
		for _, item := range strings.Split(f, ",") {
			if strings.HasPrefix(item, "r") && !strings.HasPrefix(item, "ra") { // at random
				return true
			}
		}
	}
	return false
}

// valid asks croniter, in the version of both lines of Airflow, which expressions it
// takes and finds a moment for.
func valid(t *testing.T, expressions []string) []bool {
	t.Helper()
	python, err := venvtest.Make(t.Context(), "croniter-6.0.0", "croniter==6.0.0", "tzdata==2025.2")
	if err != nil {
		t.Skip(err)
	}
	given, err := json.Marshal(expressions)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), python, "testdata/cron.py")
	cmd.Stdin = bytes.NewReader(given)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	require.NoError(t, err, said.String())
	var verdicts []bool
	require.NoError(t, json.Unmarshal(out, &verdicts))
	require.Len(t, verdicts, len(expressions))
	return verdicts
}

func TestCronAgainstCroniter(t *testing.T) {
	all := append([]string{}, crons...)
	random := rand.New(rand.NewPCG(3, 4))
	for len(all) < 1000 {
		fields := strings.Fields(crons[random.IntN(len(crons))])
		if len(fields) != 5 {
			continue
		}
		at := random.IntN(5)
		other := strings.Fields(crons[random.IntN(len(crons))])
		if len(other) == 5 {
			fields[at] = other[at]
		}
		if random.IntN(2) == 0 {
			marks := []string{",", "-", "/", "l", "#", "5", "1", "0", "*", "?", "sun"}
			i := random.IntN(len(fields[at]) + 1)
			fields[at] = fields[at][:i] + marks[random.IntN(len(marks))] + fields[at][i:]
		}
		all = append(all, strings.Join(fields, " "))
	}
	sound := 0
	for i, ok := range valid(t, all) {
		if seldom(all[i]) {
			continue
		}
		reason, _ := badCron(all[i])
		assert.Equal(t, ok, reason == "", "%q: %s", all[i], reason)
		if ok {
			sound++
		}
	}
	t.Logf("%d of %d are sound", sound, len(all))
}

// robfig/cron reads other expressions than Airflow does, so that it is not used here.
func TestCronOfRobfig(t *testing.T) {
	for _, expression := range []string{"0 0 * * 7", "0 0 l * *", "0 0 * * 5#3", "0 0 * * fri-mon", "0 22-4 * * *"} {
		_, err := cron.ParseStandard(expression)
		assert.Error(t, err, expression)
		reason, _ := badCron(expression)
		assert.Empty(t, reason, expression)
	}
}

func TestZones(t *testing.T) {
	python, err := venvtest.Make(t.Context(), "croniter-6.0.0", "croniter==6.0.0", "tzdata==2025.2")
	if err != nil {
		t.Skip(err)
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", "import importlib.resources as r; print(r.files('tzdata').joinpath('zones').read_text())").Output()
	require.NoError(t, err)
	assert.ElementsMatch(t, strings.Fields(string(out)), strings.Fields(zoneNames))
}
