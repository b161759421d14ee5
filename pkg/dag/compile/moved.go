package compile

import "github.com/dorc-dev/dorc/pkg/airflow"

// moved is the class that has taken an old one's place in the image's line; every file of
// the line asks the same catalog.
func (c *compiler) moved(class string) (string, error) {
	catalog, err := c.options.Image.Catalog()
	if err != nil {
		return "", err
	}
	if today, ok := catalog.Moved(class); ok {
		return today, nil
	}
	return class, nil
}

// known is what the catalog has of a class; nil for one of a package that was added.
func (c *compiler) known(class string) (*airflow.Operator, error) {
	catalog, err := c.options.Image.Catalog()
	if err != nil {
		return nil, err
	}
	operator, _ := catalog.Operator(class)
	return operator, nil
}
