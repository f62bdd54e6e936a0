"""botocore's door: where its endpoint sends, an open cassette is asked first."""
