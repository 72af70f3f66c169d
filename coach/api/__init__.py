"""JSON over HTTP for CRM plugins and programs: ``app.create_app`` is the entry, one module per resource.

``problems`` turns errors into RFC 9457 answers, ``request`` says who calls and in which language, ``guard`` keeps the door.
"""
