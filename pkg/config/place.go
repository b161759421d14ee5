package config

// Place is where a key of dorc's own stands in a file, by the steps that lead to it,
// such as "gcp", "composer", "size". It is 0, 0 when the file cannot be read or does
// not have the key.
func Place(path string, steps ...string) (line, column int) {
	o := newOptions(path, nil)
	data, err := readFile(path, o)
	if err != nil || len(steps) == 0 {
		return 0, 0
	}
	d, err := parseDocument(data, o.shown)
	if err != nil {
		return 0, 0
	}
	for _, p := range d.config {
		if p.namespace != ProjectName || p.name != steps[0] {
			continue
		}
		key, value := p.key, p.value
		for _, step := range steps[1:] {
			if key, value = below(value, step); key == nil {
				return 0, 0
			}
		}
		return key.Line, key.Column
	}
	return 0, 0
}
