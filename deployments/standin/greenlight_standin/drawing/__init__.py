"""Pictures: a shot's labelled lines become a blocking sketch, a sketch becomes a moving clip."""
