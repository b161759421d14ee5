// Package googlerules knows what Google Cloud's own APIs refuse in the inputs of a
// resource: names, lengths, ranges, enumerations, locations, schedules and the
// definitions of workflows, each with the page that states the rule. A provider
// lets many of them pass at plan time, and the API then fails minutes into an
// apply; these rules say so before anything changes.
//
// It knows no store and no provider: the local cloud runs it in Check, and the
// cloud target runs it in front of the real provider. It does not check which
// properties exist; that is the provider's schema.
package googlerules
