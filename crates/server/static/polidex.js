// polidex
