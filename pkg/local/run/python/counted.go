package python

import (
	"fmt"
	"regexp"
)

// everyPackage is after how many packages one hears how far it is.
const everyPackage = 50

// ofOne are what pip and uv say of each package, which is too much of the hundreds that
// a lock file may have. What goes wrong is in the error.
var ofOne = regexp.MustCompile(`^\s*(Downloading|Downloaded|Using cached|Obtaining|Processing|Looking in|Attempting uninstall|Found existing|Uninstalling|Successfully|Installing collected packages|Preparing metadata|Building|Built|Prepared|Resolved|Using Python|\+ |- |[A-Za-z0-9._-]+==)`)

var begun = regexp.MustCompile(`^\s*Collecting `)

// counted hands on how many of some packages pip has begun with, and what else an
// installer says.
func counted(count int, progress func(string)) func(string) {
	at := 0
	progress(fmt.Sprintf("installing %d packages", count))
	return func(line string) {
		switch {
		case begun.MatchString(line):
			if at++; at%everyPackage == 0 {
				progress(fmt.Sprintf("%d of %d packages", at, count))
			}
		case !ofOne.MatchString(line):
			progress(line)
		}
	}
}
