package asl

import (
	"fmt"
	"slices"
)

var (
	commonFields   = []string{"Type", "Comment", "QueryLanguage"}
	pathFields     = []string{"InputPath", "OutputPath"}
	nextFields     = []string{"Next", "End"}
	resultFields   = []string{"ResultPath", "Parameters"}
	selectorFields = []string{"ResultSelector", "Retry", "Catch"}
)

// fieldsOf has the fields of each type of state.
var fieldsOf = map[string][]string{
	TypeTask: slices.Concat(commonFields, pathFields, nextFields, resultFields, selectorFields,
		[]string{"Resource", "TimeoutSeconds", "TimeoutSecondsPath"}),
	TypePass:     slices.Concat(commonFields, pathFields, nextFields, resultFields, []string{"Result"}),
	TypeWait:     slices.Concat(commonFields, pathFields, nextFields, []string{"Seconds", "SecondsPath", "Timestamp", "TimestampPath"}),
	TypeChoice:   slices.Concat(commonFields, pathFields, []string{"Choices", "Default"}),
	TypeSucceed:  slices.Concat(commonFields, pathFields),
	TypeFail:     slices.Concat(commonFields, []string{"Error", "ErrorPath", "Cause", "CausePath"}),
	TypeParallel: slices.Concat(commonFields, pathFields, nextFields, resultFields, selectorFields, []string{"Branches"}),
	TypeMap: slices.Concat(commonFields, pathFields, nextFields, resultFields, selectorFields,
		[]string{"ItemProcessor", "Iterator", "ItemsPath", "ItemSelector", "MaxConcurrency", "MaxConcurrencyPath"}),
}

func (p *parser) parseState(name string, object map[string]any) *State {
	s := &State{Name: name}
	s.Type, _ = object["Type"].(string)
	allowed, ok := fieldsOf[s.Type]
	if !ok {
		p.bad(name, "the type of state %s does not exist", brief(object["Type"]))
		return s
	}
	p.fields(name, object, allowed)
	if slices.Contains(allowed, "InputPath") {
		s.inputPath = p.selector(name, object, "InputPath")
		s.outputPath = p.selector(name, object, "OutputPath")
	}
	if slices.Contains(allowed, "Next") {
		p.next(s, object)
	}
	if slices.Contains(allowed, "Parameters") {
		s.resultPath = p.resultPath(name, object)
		s.parameters = p.template(name, object, "Parameters")
	}
	if slices.Contains(allowed, "Retry") {
		s.resultSelector = p.template(name, object, "ResultSelector")
		s.retry = p.retriers(name, object)
		s.catch = p.catchers(name, object)
	}
	switch s.Type {
	case TypeTask:
		s.Task = p.task(s, object)
	case TypePass:
		s.pass.result, s.pass.hasResult = object["Result"]
	case TypeWait:
		s.wait = p.wait(name, object)
	case TypeChoice:
		p.choiceState(s, object)
	case TypeFail:
		s.fail = p.failState(name, object)
	case TypeParallel:
		s.Branches = p.branches(name, object)
	case TypeMap:
		s.Map = p.mapState(s, object)
	}
	return s
}

func (p *parser) next(s *State, object map[string]any) {
	next, hasNext := object["Next"]
	end, hasEnd := object["End"]
	s.Next, _ = next.(string)
	s.End, _ = end.(bool)
	switch {
	case hasNext && s.Next == "":
		p.bad(s.Name, "Next must be the name of a state")
	case hasEnd && end != true && end != false:
		p.bad(s.Name, "End must be true or false")
	case hasNext == s.End:
		p.bad(s.Name, "a state has either Next or End: true")
	}
}

// path reads a field with a path; nil when the field is not there.
func (p *parser) path(state string, object map[string]any, field string) *Path {
	v, ok := object[field]
	if !ok {
		return nil
	}
	text, ok := v.(string)
	if !ok {
		p.bad(state, "%s must be a string with a path, not %s", field, brief(v))
		return nil
	}
	path, err := parsePath(text)
	if err != nil {
		p.bad(state, "%s: %v", field, err)
	}
	return path
}

// reference reads a field with a path that can name one value only.
func (p *parser) reference(state string, object map[string]any, field string) *Path {
	path := p.path(state, object, field)
	if path != nil && path.query != nil {
		p.bad(state, "%s must be a reference path: %q can find more than one value", field, path.text)
	}
	return path
}

func (p *parser) selector(state string, object map[string]any, field string) selector {
	if v, ok := object[field]; ok && v == nil {
		return selector{null: true}
	}
	return selector{path: p.path(state, object, field)}
}

func (p *parser) resultPath(state string, object map[string]any) resultPath {
	v, ok := object["ResultPath"]
	if ok && v == nil {
		return resultPath{discard: true}
	}
	path := p.path(state, object, "ResultPath")
	if path == nil {
		return resultPath{}
	}
	if !path.reference() {
		p.bad(state, "ResultPath must be a reference path in the state's data, not %q", path.text)
		return resultPath{}
	}
	return resultPath{steps: path.steps, text: path.text}
}

func (p *parser) template(state string, object map[string]any, field string) *template {
	v, ok := object[field]
	if !ok {
		return nil
	}
	if _, ok := v.(map[string]any); !ok {
		p.bad(state, "%s must be an object", field)
		return nil
	}
	t, err := parseTemplate(v)
	if err != nil {
		p.bad(state, "%s: %v", field, err)
	}
	return t
}

func (p *parser) branches(state string, object map[string]any) []*Machine {
	list, ok := object["Branches"].([]any)
	if !ok || len(list) == 0 {
		p.bad(state, "Branches must be a list with at least one branch")
		return nil
	}
	var branches []*Machine
	for i, item := range list {
		body, ok := item.(map[string]any)
		if !ok {
			p.bad(state, "Branches[%d] must be an object", i)
			continue
		}
		branches = append(branches, p.parseMachine(state, body, []string{"Comment", "StartAt", "States", "QueryLanguage"}))
	}
	return branches
}

func (p *parser) mapState(s *State, object map[string]any) *MapState {
	m := &MapState{itemsPath: p.selector(s.Name, object, "ItemsPath"), itemSelector: p.template(s.Name, object, "ItemSelector"),
		maxConcurrencyPath: p.reference(s.Name, object, "MaxConcurrencyPath"), Processor: &Machine{}}
	if v, ok := object["MaxConcurrency"]; ok {
		m.maxConcurrency = p.whole(s.Name, "MaxConcurrency", v, 0, 10000)
	}
	if m.itemSelector != nil && s.parameters != nil {
		p.bad(s.Name, "a Map state has ItemSelector or its old name Parameters, not both")
	} else if m.itemSelector == nil {
		m.itemSelector = s.parameters // Parameters is the old name of ItemSelector.
	}
	s.parameters = nil
	field := "ItemProcessor"
	if _, old := object["Iterator"]; old {
		field = "Iterator"
	}
	body, ok := object[field].(map[string]any)
	if !ok {
		p.bad(s.Name, "ItemProcessor must be an object")
		return m
	}
	if config, ok := body["ProcessorConfig"].(map[string]any); ok {
		if mode, ok := config["Mode"]; ok && mode != "INLINE" {
			p.refuse(s.Name, fmt.Sprintf("Map in %v mode", mode))
			return m
		}
	}
	m.Processor = p.parseMachine(s.Name, body, []string{"Comment", "StartAt", "States", "QueryLanguage", "ProcessorConfig"})
	return m
}
