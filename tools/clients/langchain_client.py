"""Uses agents and models of a running Skep with LangChain, unmodified: langchain_client.py URL SERVICE_TOKEN SPEAKING_MODEL CALLING_MODEL"""

import json
import sys
import urllib.request
import uuid

from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openai import BadRequestError, NotFoundError, UnprocessableEntityError

url, service_token, speaking, calling = sys.argv[1:]


def post(path: str, body: dict, **headers: str) -> dict:
    headers = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    with urllib.request.urlopen(urllib.request.Request(url + path, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


login = {"email": f"{uuid.uuid4()}@example.com", "password": "correct horse battery"}
post("/v1/auth/register", login, x_service_token=service_token)
bearer = {"authorization": "Bearer " + post("/v1/auth/login", login)["access_token"]}
for name, address in (("speaking", speaking), ("calling", calling)):
    provider = {"name": name, "display_name": name, "api_key": "sk-x", "base_url": f"{address}/v1", "default_model": "usual"}
    post("/api/config/providers", provider, **bearer)
post("/api/agents", {"id": "bee-keeper", "name": "Bee keeper", "type": "helper", "system_prompt": "You keep bees."}, **bearer)
key = post("/v1/keys", {"name": "langchain", "scopes": "*"}, **bearer)["key"]


@tool
def find(what: str) -> str:
    """Finds something."""
    return f"{what} are hairy"


def chat(model: str, use_responses_api: bool) -> ChatOpenAI:
    return ChatOpenAI(
        model=model, api_key=key, base_url=f"{url}/api/openai/v1", use_responses_api=use_responses_api, max_retries=0, stream_usage=True
    )


for use_responses_api in (False, True):
    speaker = chat("speaking/usual", use_responses_api)
    answer = speaker.invoke([SystemMessage("Be brief."), HumanMessage("Bees?")])
    assert answer.text == "Bees are hairy.", answer
    assert answer.usage_metadata and answer.usage_metadata["total_tokens"] == 15, answer.usage_metadata

    pieces = list(speaker.stream("Bees?"))
    assert len([piece for piece in pieces if piece.text]) == 3, pieces
    assert "".join(piece.text for piece in pieces) == "Bees are hairy."
    assert sum(piece.usage_metadata["total_tokens"] for piece in pieces if piece.usage_metadata) == 15, pieces

    finder = chat("calling/usual", use_responses_api).bind_tools([find])
    asked = [HumanMessage("Bees?")]
    called = finder.invoke(asked)
    assert [(call["name"], call["args"]) for call in called.tool_calls] == [("find", {"what": "bees"})], called
    streamed = None
    for piece in finder.stream(asked):
        streamed = piece if streamed is None else streamed + piece
    assert streamed is not None and [call["args"] for call in streamed.tool_calls] == [{"what": "bees"}], streamed
    result = find.invoke(called.tool_calls[0])
    assert isinstance(result, ToolMessage)
    assert finder.invoke([*asked, called, result]).text == "Found."

    assert chat("agent:bee-keeper", use_responses_api).invoke("Bees?").text, "the agent says nothing"
    for model, error in (("nosuch/usual", NotFoundError), ("agent:nosuch", NotFoundError)):
        try:
            chat(model, use_responses_api).invoke("Bees?")
            raise AssertionError(f"{model} answers")
        except error as problem:
            assert problem.code in ("model_not_found", "agent_not_found"), problem

try:
    chat("speaking/usual", True).bind(previous_response_id="resp_1").invoke("Bees?")
    raise AssertionError("responses are kept")
except (BadRequestError, UnprocessableEntityError) as problem:
    assert problem.param == "previous_response_id", problem
