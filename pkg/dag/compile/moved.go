package compile

// moved is the class that has taken a class's place in the image's Airflow.
func (c *compiler) moved(string) (string, bool) { return "", false }
