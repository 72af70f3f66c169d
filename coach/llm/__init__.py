"""The model: whatever LiteLLM reaches words questions and drafts. It has no tools, no figures, no identifiers.

``answers`` what it may answer with · ``provider`` LiteLLM behind our own seam · ``breaker``, ``budget``, ``cache`` what
keeps a call bounded · ``gateway`` one call, whatever happens · ``masking`` what never leaves the house · ``writer`` the
``ports.Writer`` of it all. Nothing here imports LiteLLM before a model is called.
"""
