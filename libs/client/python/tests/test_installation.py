"""The client against a running installation, at SKEP_URL with SKEP_SERVICE_TOKEN."""

import os
import uuid

import pytest
from skep_client import SkepError, connect
from skep_client.api.auth import get_me, register
from skep_client.api.billing import get_balance
from skep_client.api.marketplace import browse_apps, get_listing
from skep_client.models import RegisterBody

URL = os.environ.get("SKEP_URL", "")


def test_a_registered_user_reads_their_account() -> None:
    email = f"{uuid.uuid4().hex[:12]}@example.com"
    with connect(URL, service_token=os.environ["SKEP_SERVICE_TOKEN"]) as service:
        tokens = register.sync(client=service, body=RegisterBody(email=email, password="correct horse battery"))
    assert tokens
    with connect(URL, token=tokens.access_token) as client:
        me, balance = get_me.sync(client=client), get_balance.sync(client=client)
        assert me and balance
        assert (me.email, balance.currency) == (email, "token")
        assert isinstance(browse_apps.sync(client=client, limit=5), list)
        with pytest.raises(SkepError) as raised:
            get_listing.sync("no-such-app", client=client)
    assert raised.value.code == "app_not_found"
