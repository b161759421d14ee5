package images

const endingApply = "DORC_TEST_ENDING_APPLY"

func applyAndEnd(string) error { return nil }
