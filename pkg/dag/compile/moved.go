package compile

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
