package expression

import "regexp"

// connectorForm is googleapis.SERVICE.VERSION.COLLECTION….METHOD.
var connectorForm = regexp.MustCompile(`^googleapis\.[a-z][a-z0-9]*\.v[0-9][a-z0-9]*(\.[A-Za-z][A-Za-z0-9_]*)+$`)
