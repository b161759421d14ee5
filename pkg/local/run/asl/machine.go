package asl

// Machine is a checked state machine, or a branch of one.
type Machine struct {
	// StartAt is the name of the first state.
	StartAt string
	// States by name.
	States map[string]*State
	// TimeoutSeconds limits the whole execution; 0 means no limit.
	TimeoutSeconds int
	// Comment is the author's.
	Comment string
}

// State is one state of a machine. Only the fields of its Type are set.
type State struct {
	Name, Type string
	// Next is the following state; empty when End is true or the type has none.
	Next string
	End  bool

	inputPath, outputPath selector
	resultPath            resultPath
	parameters            *template
	resultSelector        *template
	retry                 []retrier
	catch                 []catcher

	// Task is set for a Task state.
	Task *Task
	pass passState
	wait waitState

	choices       []choice
	defaultChoice string
	fail          failState
	// Branches are a Parallel state's machines.
	Branches []*Machine
	// Map is set for a Map state.
	Map *MapState
}

// Task is what a Task state does.
type Task struct {
	Resource Resource
	// TimeoutSeconds limits one attempt; 0 means no limit.
	TimeoutSeconds int
	timeoutPath    *Path
	// Function is the Lambda function's name or ARN when it is known before the run.
	Function string
	// StateMachine is the child state machine's ARN.
	StateMachine string
}

// MapState is what an inline Map state does.
type MapState struct {
	Processor          *Machine
	itemsPath          selector
	itemSelector       *template
	maxConcurrency     int
	maxConcurrencyPath *Path
}

type passState struct {
	result    any
	hasResult bool
}

type waitState struct {
	seconds       float64
	secondsPath   *Path
	timestamp     string
	timestampPath *Path
}

type failState struct {
	err, cause         string
	errPath, causePath *expression
}

// The types of states.
const (
	TypeTask     = "Task"
	TypePass     = "Pass"
	TypeWait     = "Wait"
	TypeChoice   = "Choice"
	TypeSucceed  = "Succeed"
	TypeFail     = "Fail"
	TypeParallel = "Parallel"
	TypeMap      = "Map"
)

// Walk calls visit for every state of the machine and of the machines inside it,
// in no certain order.
func (m *Machine) Walk(visit func(*State)) {
	for _, s := range m.States {
		visit(s)
		for _, b := range s.Branches {
			b.Walk(visit)
		}
		if s.Map != nil {
			s.Map.Processor.Walk(visit)
		}
	}
}
