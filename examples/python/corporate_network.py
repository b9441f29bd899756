"""A corporate proxy and a certificate authority of the company.

For networks that let nothing out directly, or that open TLS with their own certificate. Mostly no
code is needed: set HTTPS_PROXY (and NO_PROXY), and SSL_CERT_FILE to a file that has the company's
authority. Write this only if those variables are not yours to set. The company's authority is
added to the usual ones; never use ``verify=False``.

    PROXY=http://proxy.corp.example:3128 COMPANY_CA=/etc/ssl/company.pem python corporate_network.py
"""

from __future__ import annotations

import os
import ssl

from persium_ext import Persium


def client() -> Persium:
    """Return a client that goes through the proxy and trusts the company's authority as well."""
    authorities = ssl.create_default_context()
    authorities.load_verify_locations(os.environ["COMPANY_CA"])
    return Persium(proxy=os.environ["PROXY"], verify=authorities)


if __name__ == "__main__":
    with client() as persium:
        print(persium.identity.get_me().label)
