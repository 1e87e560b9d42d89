"""`make reproduce`: the practical's figures, trained again through the REST API, and the report on them."""
