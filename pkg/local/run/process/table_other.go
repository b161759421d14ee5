//go:build !unix

package process

// table is empty: there is no way here to see the processes of others.
func table(string) []entry { return nil }

// Started cannot be told here.
func Started(int) string { return "" }

// Marks cannot be told here.
func Marks(string) []string { return nil }
