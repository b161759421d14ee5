package gcp

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// project is the project of a resource: its own, or the provider's.
func project(c *call) string {
	if c.Has("project") {
		return strings.TrimPrefix(c.Str("project"), "projects/")
	}
	return c.P.Account
}

// region is the region of a resource, or the provider's.
func region(c *call) string { return regionOf(c, "region") }

// location is the same for what calls it a location.
func location(c *call) string { return regionOf(c, "location") }

func regionOf(c *call, property string) string {
	if c.Has(property) {
		return last(c.Str(property))
	}
	return c.P.Region
}

// last is the part behind the last slash: the name in an address.
func last(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }

// projectOutput, regionOutput and locationOutput are the outputs of what follows
// the provider's configuration.
var (
	projectOutput  = output{Name: "project", Scoped: true, Value: func(c *call) any { return project(c) }}
	regionOutput   = output{Name: "region", Scoped: true, Value: func(c *call) any { return region(c) }}
	locationOutput = output{Name: "location", Scoped: true, Value: func(c *call) any { return location(c) }}
)

// number is a project's number. It is the same whenever it is asked for: there is
// nobody who gives out numbers.
func number(project string) string { return fmt.Sprint(projectNumber(project)) }

func projectNumber(project string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(project)) // a hash does not fail
	return 100_000_000_000 + h.Sum64()%900_000_000_000
}

// digits is a number of an identity that Google gives, n digits long.
func digits(identity string, n int) string {
	text := ""
	for i := 0; len(text) < n; i++ {
		text += number(fmt.Sprintf("%s/%d", identity, i))
	}
	return text[:n]
}

// now is the time of the call as Google writes it.
func now(c *call) string { return c.P.Now().Format("2006-01-02T15:04:05.000000000Z") }

// computeTime is the time of the call as Compute Engine writes it.
func computeTime(c *call) string { return c.P.Now().Format("2006-01-02T15:04:05.000-07:00") }

// created and updated are outputs of most types.
func created(name string) output {
	return output{Name: name, Once: true, Value: func(c *call) any { return now(c) }}
}

func updated(name string) output {
	return output{Name: name, Fresh: true, Value: func(c *call) any { return now(c) }}
}

// constant is an output that is always the same.
func constant(name string, value any) output {
	return output{Name: name, Value: func(*call) any { return value }}
}

// path makes the function that gives the ID of a pattern such as
// "projects/{project}/locations/{location}/workflows/{name}", where {project},
// {region} and {location} follow the provider's configuration.
func path(pattern string) func(*call) string {
	return func(c *call) string {
		return fill(pattern, func(name string) string {
			switch name {
			case "project":
				return project(c)
			case "region":
				return region(c)
			case "location":
				return location(c)
			}
			return c.Str(name)
		})
	}
}

// fill replaces the names in braces.
func fill(pattern string, value func(name string) string) string {
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if name, ok := placeholder(part); ok {
			parts[i] = value(name)
		}
	}
	return strings.Join(parts, "/")
}

func placeholder(part string) (string, bool) {
	if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") {
		return part[1 : len(part)-1], true
	}
	return "", false
}

// canonical makes the function that completes the shorter forms of an ID that an
// import takes: the values alone, the same without the project, and the last alone.
func canonical(pattern string) func(*Provider, string) string {
	var names []string
	for part := range strings.SplitSeq(pattern, "/") {
		if name, ok := placeholder(part); ok {
			names = append(names, name)
		}
	}
	size := strings.Count(pattern, "/") + 1
	return func(p *Provider, id string) string {
		given := strings.Split(id, "/")
		missing := len(names) - len(given)
		if len(given) == size && size > len(names) || missing < 0 || missing > 2 {
			return id
		}
		values := map[string]string{"project": p.Account, "region": p.Region, "location": p.Region}
		for i, v := range given {
			values[names[missing+i]] = v
		}
		return fill(pattern, func(name string) string { return values[name] })
	}
}
