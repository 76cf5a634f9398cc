// KEDA is read, not compiled: its definitions of custom resources, and the fields of its scalers.
module mvs.invalid/deploy/check/keda

go 1.26.8

require github.com/kedacore/keda/v2 v2.21.0
