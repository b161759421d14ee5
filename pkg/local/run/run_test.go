package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const writer = `import os, boto3, logging
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    print("writing", event["key"])
    logging.info("through %s", "logging")
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=event["key"], Body=b"1,2\n", ContentType="text/csv", Metadata={"who": "me"})
    return {"key": event["key"], "function": context.function_name, "arn": context.invoked_function_arn}
`

const reader = `import os, boto3
def handler(event, context):
    s3 = boto3.client("s3")
    found = s3.get_object(Bucket=os.environ["BUCKET"], Key=event["key"])
    assert context.get_remaining_time_in_millis() > 0
    return {"body": found["Body"].read().decode(), "type": found["ContentType"], "meta": found["Metadata"],
        "image": os.environ["FROM_IMAGE"], "home": os.environ.get("SECRET_OF_THE_USER", "none")}
`

func chain(steps ...string) string {
	var states []string
	for i, s := range steps {
		next := `"End": true`
		if i+1 < len(steps) {
			next = `"Next": "` + steps[i+1] + `"`
		}
		states = append(states, `"`+s+`": `+taskState(s, next))
	}
	return `{"StartAt": "` + steps[0] + `", "States": {` + strings.Join(states, ",") + `}}`
}

func taskState(function, more string) string {
	return `{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
		"Parameters": {"FunctionName": "arn:aws:lambda:eu-west-2:000000000000:function:` + function + `", "Payload.$": "$"},
		"OutputPath": "$.Payload", ` + more + `}`
}

func TestTwoFunctionsShareABucket(t *testing.T) {
	needPython(t)
	t.Setenv("SECRET_OF_THE_USER", "do not pass on")
	w := newWorld(t)
	w.bucket("data")
	vars := map[string]string{"BUCKET": "data"}
	w.function("write", map[string]string{"lambda.py": writer}, vars, nil)
	w.function("read", map[string]string{"lambda.py": reader}, vars, nil)
	w.machine("next", `{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}`)
	w.create(typeRule, "on-object", map[string]any{"name": "on-object", "state": "ENABLED",
		"eventPattern": `{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["data"]},"object":{"key":[{"prefix":"in/"}]}}}`})
	w.create(typeTarget, "t", map[string]any{"rule": "on-object", "arn": machineARN("next")})
	w.machine("pipe", chain("write", "read"))

	e := w.run(context.Background(), "pipe", `{"key": "in/a.csv"}`)

	require.Equal(t, Succeeded, e.Status, "%s %s\n%s", e.Error, e.Cause, w.logText())
	assert.JSONEq(t, `{"body": "1,2\n", "type": "text/csv", "meta": {"who": "me"}, "image": "yes", "home": "none"}`, string(e.Output))
	text, err := os.ReadFile(filepath.Join(w.store.Layout().Bucket("data"), "in", "a.csv"))
	require.NoError(t, err)
	assert.Equal(t, "1,2\n", string(text))
	objects := w.of(ObjectCreated)
	require.Len(t, objects, 1)
	assert.Equal(t, []RuleMatch{{"on-object", []string{"next"}}}, objects[0].Matches)
	logs := w.logText()
	assert.Contains(t, logs, "writing in/a.csv")
	assert.Contains(t, logs, "through logging")
	assert.Regexp(t, `REPORT RequestId: [0-9a-f-]+\tDuration: [0-9.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration: [0-9.]+ ms`, logs)

	kept, err := w.runner.Execution(e.ID)
	require.NoError(t, err)
	assert.Equal(t, Succeeded, kept.Status)
	assert.Len(t, kept.States, 2)
	var replayed []Event
	require.NoError(t, w.runner.Logs(context.Background(), e.ID, func(e Event) { replayed = append(replayed, e) }))
	assert.Len(t, replayed, len(w.events))
	file, err := os.ReadFile(filepath.Join(w.store.Layout().Runs(), e.ID, "logs", "write.log"))
	require.NoError(t, err)
	assert.Contains(t, string(file), "writing in/a.csv")
}

func TestExceptionWithTracebackAndHandler(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	w.function("bad", map[string]string{"lambda.py": "def parse(x):\n    raise ValueError('no number: %s' % x)\n\ndef handler(event, context):\n    return parse(event['x'])\n"}, nil, nil)
	w.function("notify", map[string]string{"lambda.py": "def handler(event, context):\n    print('got', event['error']['Error'])\n    return 'ignored'\n"}, nil, nil)
	w.machine("pipe", `{"StartAt": "bad", "States": {
		"bad": `+taskState("bad", `"End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "notify"}]`)+`,
		"notify": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-2:000000000000:function:notify", "ResultPath": null, "Next": "failed"},
		"failed": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"}}}`)

	e := w.run(context.Background(), machineARN("pipe"), `{"x": "y"}`)

	assert.Equal(t, Failed, e.Status)
	assert.Equal(t, "ValueError", e.Error)
	assert.Contains(t, e.Cause, `"errorMessage": "no number: y"`)
	assert.Contains(t, e.Cause, `/var/task/lambda.py`)
	assert.NotContains(t, e.Cause, shared)
	failed := w.of(FunctionFailed)
	require.Len(t, failed, 1)
	trace := strings.Join(failed[0].Traceback, "\n")
	assert.Contains(t, trace, `File "/var/task/lambda.py", line 5, in handler`)
	assert.Contains(t, trace, `raise ValueError`)
	assert.Contains(t, w.logText(), "got ValueError")
	assert.Contains(t, w.logText(), "Traceback (most recent call last):\n")
}

func TestTimeout(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	w.function("slow", map[string]string{"lambda.py": "import time\ndef handler(event, context):\n    print('before')\n    time.sleep(600)\n"}, nil, map[string]any{"timeout": 1})
	w.machine("pipe", chain("slow"))
	e := w.run(context.Background(), "pipe", `{}`)
	assert.Equal(t, "Sandbox.Timedout", e.Error)
	assert.Regexp(t, `RequestId: [0-9a-f-]+ Error: Task timed out after 1.00 seconds`, e.Cause)
	assert.Regexp(t, `before\n[0-9TZ:.-]+ [0-9a-f-]+ Task timed out after 1.00 seconds\nEND RequestId`, w.logText())
	assert.Contains(t, w.logText(), "\tStatus: timeout")
}

func TestMemory(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	w.function("big", map[string]string{"lambda.py": "def handler(event, context):\n    x = bytearray(400 * 1024 * 1024)\n    return len(x)\n"}, nil, map[string]any{"memorySize": 128})
	w.function("child", map[string]string{"lambda.py": "import subprocess, sys\ndef handler(event, context):\n    subprocess.run([sys.executable, '-c', 'import time; x = bytearray(400 * 1024 * 1024); time.sleep(60)'])\n"}, nil, map[string]any{"memorySize": 128})
	for _, name := range []string{"big", "child"} {
		w.machine(name+"-pipe", chain(name))
		e := w.run(context.Background(), name+"-pipe", `{}`)
		assert.Equal(t, "Runtime.ExitError", e.Error, e.Cause)
		assert.Contains(t, e.Cause, "signal: killed")
	}
}

func TestCrashAndImportError(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	w.function("exit", map[string]string{"lambda.py": "import os\ndef handler(event, context):\n    os._exit(3)\n"}, nil, nil)
	w.function("import", map[string]string{"lambda.py": "import no_such_module\ndef handler(event, context):\n    pass\n"}, nil, nil)
	w.machine("exit-pipe", chain("exit"))
	w.machine("import-pipe", chain("import"))
	e := w.run(context.Background(), "exit-pipe", `{}`)
	assert.Equal(t, "Runtime.ExitError", e.Error)
	assert.Contains(t, e.Cause, "exit status 3")
	e = w.run(context.Background(), "import-pipe", `{}`)
	assert.Equal(t, "Runtime.ImportModuleError", e.Error)
	assert.Contains(t, e.Cause, "No module named 'no_such_module'")
}

func TestRetryAndWarmEnvironment(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	w.function("second", map[string]string{"lambda.py": "calls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n    if calls < 2:\n        raise RuntimeError('not yet')\n    return calls\n"}, nil, nil)
	w.machine("pipe", `{"StartAt": "second", "States": {"second": `+taskState("second", `"End": true, "Retry": [{"ErrorEquals": ["RuntimeError"], "IntervalSeconds": 1, "MaxAttempts": 2}]`)+`}}`)
	e := w.run(context.Background(), "pipe", `{}`)
	assert.Equal(t, Succeeded, e.Status, e.Cause)
	assert.Equal(t, "2", string(e.Output), "the second attempt runs in the same process")
	require.Len(t, w.of(Retry), 1)
	assert.Equal(t, time.Second, w.of(Retry)[0].Duration)
	assert.Equal(t, 2, e.States[0].Attempts)
}

func TestChildPipeline(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	w.function("a", map[string]string{"lambda.py": "def handler(event, context):\n    print('in a')\n    return {'n': event['n'] + 1}\n"}, nil, nil)
	w.function("b", map[string]string{"lambda.py": "def handler(event, context):\n    print('in b')\n    if event['input']['n'] > 10:\n        raise KeyError('too much')\n    return {'twice': event['input']['n'] * 2, 'by': event['AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID']}\n"}, nil, nil)
	w.machine("curated", chain("b"))
	w.machine("raw", `{"StartAt": "a", "States": {"a": `+taskState("a", `"Next": "go"`)+`,
		"go": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {
			"StateMachineArn": "`+machineARN("curated")+`", "Input": {"input.$": "$", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id"}},
			"ResultSelector": {"out.$": "$.Output", "status.$": "$.Status"}, "End": true}}}`)

	e := w.run(context.Background(), "raw", `{"n": 1}`)
	require.Equal(t, Succeeded, e.Status, e.Cause)
	assert.JSONEq(t, `{"out": {"twice": 4, "by": "`+e.ARN+`"}, "status": "SUCCEEDED"}`, string(e.Output))
	require.Len(t, e.Children, 1)
	child, err := w.runner.Execution(e.Children[0])
	require.NoError(t, err)
	assert.Equal(t, e.ID, child.Parent)
	for _, l := range w.of(Log) {
		if l.Message == "in b" {
			assert.Equal(t, []string{"go"}, l.Path)
			assert.Equal(t, "curated", l.StateMachine)
		}
	}
	runs, err := w.runner.Runs(context.Background(), Filter{StateMachines: []string{"curated"}})
	require.NoError(t, err)
	require.Len(t, runs, 1)

	e = w.run(context.Background(), "raw", `{"n": 10}`)
	assert.Equal(t, "States.TaskFailed", e.Error)
	assert.Contains(t, e.Cause, `"Error":"KeyError"`)
}

func TestConcurrencyAndThrottling(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	code := map[string]string{"lambda.py": "import os, time\ndef handler(event, context):\n    time.sleep(0.5)\n    return os.getpid()\n"}
	w.function("many", code, nil, nil)
	w.function("one", code, nil, map[string]any{"reservedConcurrentExecutions": 1})
	each := func(f string) string {
		return `{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": ` + chain(f) + `}}}`
	}
	w.machine("many-pipe", each("many"))
	w.machine("one-pipe", each("one"))
	e := w.run(context.Background(), "many-pipe", `[1, 2, 3]`)
	require.Equal(t, Succeeded, e.Status, e.Cause)
	e = w.run(context.Background(), "one-pipe", `[1, 2, 3]`)
	assert.Equal(t, "Lambda.TooManyRequestsException", e.Error)
}

func TestCancelLeavesNoProcess(t *testing.T) {
	needPython(t)
	w := newWorld(t)
	w.function("hang", map[string]string{"lambda.py": "import os, subprocess, sys, time\ndef handler(event, context):\n    c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n    print('pids', os.getpid(), c.pid)\n    time.sleep(600)\n"}, nil, map[string]any{"timeout": 900})
	w.machine("pipe", chain("hang"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var pids []string
	e, err := w.runner.Run(ctx, "pipe", nil, func(e Event) {
		if f := strings.Fields(e.Message); e.Kind == Log && len(f) == 3 && f[0] == "pids" {
			pids = f[1:]
			cancel()
		}
	})
	require.NoError(t, err)
	assert.Equal(t, Aborted, e.Status)
	require.Len(t, pids, 2)
	for _, pid := range pids {
		assert.Eventually(t, func() bool { return gone(pid) }, 5*time.Second, 10*time.Millisecond, "process %s", pid)
	}
}

// gone tells whether a process ended; one that waits for its parent to look has ended too.
func gone(pid string) bool {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	return err != nil || strings.Contains(string(status), "State:\tZ")
}
