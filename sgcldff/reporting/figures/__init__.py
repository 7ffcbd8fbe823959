"""The figures of a report, a file each; every figure says of itself what is synthetic and at which scale."""
