package asl

import "strconv"

// state checks one state. Its transitions are checked by machine.
func (c *checker) state(s state, at string) {
	const schema = "SCHEMA_VALIDATION_FAILED"
	if err := isType(s.Type); err != nil {
		c.fail(schema, "%v at %s/Type", err, at)
		return
	}
	ends := s.End != nil && *s.End
	switch s.Type {
	case "Succeed", "Fail":
		if s.Next != nil || s.End != nil {
			c.fail(schema, "a %s state ends by itself: it has no Next and no End at %s", s.Type, at)
		}
	case "Choice":
		if s.Next != nil || s.End != nil {
			c.fail(schema, "a Choice state has no Next and no End of its own at %s", at)
		}
		if len(s.Choices) == 0 {
			c.fail(schema, "the field 'Choices' is required and has at least one choice at %s", at)
		}
		for i, choice := range s.Choices {
			if choice.Next == nil {
				c.fail(schema, "the field 'Next' is required at %s/Choices[%d]", at, i)
			}
		}
	default:
		if ends == (s.Next != nil) {
			c.fail(schema, "a %s state has either Next, or End with the value true, at %s", s.Type, at)
		}
	}
	c.fields(s, at)
	c.errors(s, at)
}

// fields checks what a type requires.
func (c *checker) fields(s state, at string) {
	const schema = "SCHEMA_VALIDATION_FAILED"
	switch s.Type {
	case "Task":
		if s.Resource == nil || *s.Resource == "" {
			c.fail(schema, "the field 'Resource' is required at %s", at)
		}
		if s.TimeoutSeconds != nil && (*s.TimeoutSeconds < 1 || *s.TimeoutSeconds > 99999999) {
			c.fail(schema, "TimeoutSeconds is 1 to 99999999 at %s", at)
		}
	case "Wait":
		given := 0
		for _, raw := range [][]byte{s.Seconds, s.SecondsPath, s.Timestamp, s.TimestampPath} {
			if len(raw) > 0 {
				given++
			}
		}
		if given != 1 {
			c.fail(schema, "a Wait state has exactly one of Seconds, SecondsPath, Timestamp and TimestampPath at %s", at)
		}
	case "Parallel":
		if len(s.Branches) == 0 {
			c.fail(schema, "the field 'Branches' is required and has at least one branch at %s", at)
		}
		for i, b := range s.Branches {
			c.machine(b, at+"/Branches["+strconv.Itoa(i)+"]")
		}
	case "Map":
		switch {
		case s.ItemProcessor != nil:
			c.machine(*s.ItemProcessor, at+"/ItemProcessor")
		case s.Iterator != nil:
			c.machine(*s.Iterator, at+"/Iterator")
		default:
			c.fail(schema, "the field 'ItemProcessor' is required at %s", at)
		}
	}
}

// errors checks Retry and Catch.
func (c *checker) errors(s state, at string) {
	const schema = "SCHEMA_VALIDATION_FAILED"
	works := s.Type == "Task" || s.Type == "Parallel" || s.Type == "Map"
	if !works && len(s.Retry)+len(s.Catch) > 0 {
		c.fail(schema, "a %s state has no Retry and no Catch at %s", s.Type, at)
	}
	for i, r := range s.Retry {
		place := at + "/Retry[" + strconv.Itoa(i) + "]"
		c.errorNames(r.ErrorEquals, i == len(s.Retry)-1, place)
		switch {
		case r.MaxAttempts != nil && (*r.MaxAttempts < 0 || *r.MaxAttempts > 99999999):
			c.fail(schema, "MaxAttempts is 0 to 99999999 at %s", place)
		case r.BackoffRate != nil && *r.BackoffRate < 1:
			c.fail(schema, "BackoffRate is at least 1.0 at %s", place)
		case r.IntervalSeconds != nil && (*r.IntervalSeconds < 1 || *r.IntervalSeconds > 99999999):
			c.fail(schema, "IntervalSeconds is 1 to 99999999 at %s", place)
		}
	}
	for i, k := range s.Catch {
		place := at + "/Catch[" + strconv.Itoa(i) + "]"
		c.errorNames(k.ErrorEquals, i == len(s.Catch)-1, place)
		if k.Next == nil {
			c.fail(schema, "the field 'Next' is required at %s", place)
		}
	}
}

// errorNames wants names, and States.ALL alone and last.
func (c *checker) errorNames(names []string, last bool, at string) {
	if len(names) == 0 {
		c.fail("SCHEMA_VALIDATION_FAILED", "the field 'ErrorEquals' is required at %s", at)
	}
	for _, n := range names {
		if n == "States.ALL" && (len(names) > 1 || !last) {
			c.fail("SCHEMA_VALIDATION_FAILED", "States.ALL stands alone, in the last entry, at %s", at)
		}
	}
}
