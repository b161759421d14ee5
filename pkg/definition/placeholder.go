package definition

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// BucketPlaceholder begins the placeholders of data buckets: ${buckets.raw}.
const BucketPlaceholder = "buckets."

// placeholders are the names that stand alone.
var placeholders = []string{"environment", "project_id", "region", "bucket"}

// Fill replaces every ${name} of a parameter's text by its value, and $${ by ${.
// The error is the value's own, or says that a placeholder has no end.
func Fill(text string, value func(name string) (string, error)) (string, error) {
	var b strings.Builder
	for text != "" {
		literal, isLiteral := strings.CutPrefix(text, "$${")
		inside, isPlaceholder := strings.CutPrefix(text, "${")
		switch {
		case isLiteral:
			b.WriteString("${")
			text = literal
		case isPlaceholder:
			name, rest, ended := strings.Cut(inside, "}")
			if !ended {
				return "", errors.New("${ has no }")
			}
			filled, err := value(name)
			if err != nil {
				return "", err
			}
			b.WriteString(filled)
			text = rest
		default:
			b.WriteByte(text[0])
			text = text[1:]
		}
	}
	return b.String(), nil
}

// FillAll is Fill for every text of parameters, also those inside lists and
// mappings. What it is given stays as it is.
func FillAll(parameters map[string]any, value func(name string) (string, error)) (map[string]any, error) {
	filled, err := fillValue(parameters, value)
	if err != nil {
		return nil, err
	}
	return filled.(map[string]any), nil
}

func fillValue(v any, value func(name string) (string, error)) (any, error) {
	switch v := v.(type) {
	case string:
		return Fill(v, value)
	case []any:
		all := make([]any, len(v))
		for i := range v {
			var err error
			if all[i], err = fillValue(v[i], value); err != nil {
				return nil, err
			}
		}
		return all, nil
	case map[string]any:
		all := make(map[string]any, len(v))
		for name := range v {
			var err error
			if all[name], err = fillValue(v[name], value); err != nil {
				return nil, err
			}
		}
		return all, nil
	}
	return v, nil
}

// unknownPlaceholder is a name that cannot be filled in.
type unknownPlaceholder struct{ name string }

func (u unknownPlaceholder) Error() string { return fmt.Sprintf("unknown placeholder ${%s}", u.name) }

// placeholder refuses a text whose placeholders cannot be filled in.
func (v *validator) placeholder(text, path string) {
	_, err := Fill(text, func(name string) (string, error) {
		bucket, isBucket := strings.CutPrefix(name, BucketPlaceholder)
		if slices.Contains(placeholders, name) || isBucket && bucketRegexp.MatchString(bucket) {
			return "", nil
		}
		return "", unknownPlaceholder{name}
	})
	if err == nil {
		return
	}
	var unknown unknownPlaceholder
	hint := "For a plain ${ write $${"
	if errors.As(err, &unknown) {
		if bucket, ok := strings.CutPrefix(unknown.name, "bucket."); ok {
			hint = fmt.Sprintf("Did you mean ${%s%s}?", BucketPlaceholder, shorten(bucket))
		} else if near := didYouMean(unknown.name, placeholders); near != "" {
			hint = near
		}
	}
	v.refuse(path, shorten(err.Error()), "there are ${"+strings.Join(placeholders, "}, ${")+"} and ${buckets.<data bucket>}", hint)
}

// values checks every text of a parameter.
func (v *validator) values(value any, path string) {
	switch value := value.(type) {
	case string:
		v.placeholder(value, path)
	case []any:
		for i := range value {
			v.values(value[i], item(path, i))
		}
	case map[string]any:
		for _, name := range sortedNames(value) {
			v.values(value[name], field(path, name))
		}
	}
}
