"""The same with the client of the SDK openai; its token comes from the environment."""

import os

import openai

client = openai.OpenAI(api_key=os.environ["TOKEN"], base_url=os.environ["API_BASE_URL"])
me = client.get("/me", cast_to=dict[str, object])
print(f"{me['label']} ({me['client_id']})")
