"""Every code ever issued: a code names one thing for ever."""
