"""What `wegwijzer doctor` asks about Matrix: reachable, signed in, keys at hand, device signed; it changes nothing."""

from aiohttp import ClientError
from nio import ErrorResponse, WhoamiResponse

from bot.platforms.matrix.credentials import Credentials
from bot.platforms.matrix.homeserver import Homeserver, store_name
from bot.platforms.matrix.identities import SigningError, identity
from bot.platforms.matrix.outcomes import SIGNED_OUT, error_code
from bot.settings import Settings
from bot.vault import Vault, VaultError
from prompts import render


async def check(settings: Settings, vault: Vault) -> list[str]:
    """Every fault in a Dutch line that says what to do; nothing when all is well, or before the first start."""
    if not settings.matrix_homeserver or not settings.matrix_user_id:
        return [render("matrix.settings_missing")]
    folder = settings.home / "matrix"
    try:
        account = Credentials(folder, vault).load()
    except VaultError as error:
        return [str(error)]
    if account is None:
        return await _before_the_first_start(settings)
    lines = [] if (folder / store_name(account.device)).exists() else [render("matrix.store_gone", folder=folder)]
    client = Homeserver(settings.matrix_homeserver, account.user, "", folder, "")
    client.access_token = account.token
    try:
        who = await client.whoami()
        if not isinstance(who, WhoamiResponse):
            known = error_code(who) not in SIGNED_OUT
            return [
                *lines,
                render("matrix.sync_failed", reason=error_code(who)) if known else render("matrix.signed_out"),
            ]
        signed = (await identity(client, account.user)).has_signed(account.device)
        return lines if signed else [*lines, render("matrix.not_signed")]
    except (ClientError, TimeoutError, OSError):
        return [*lines, render("matrix.unreachable", homeserver=settings.matrix_homeserver)]
    except SigningError as error:
        return [*lines, render("matrix.sync_failed", reason=error)]
    finally:
        await client.close()


async def _before_the_first_start(settings: Settings) -> list[str]:
    """What can be known without signing in: whether a Matrix server answers, and whether it takes the token."""
    token = settings.matrix_access_token.get_secret_value()
    if not token and not settings.matrix_password.get_secret_value():
        return [render("matrix.no_credentials")]
    client = Homeserver(settings.matrix_homeserver, settings.matrix_user_id, "", settings.home, "")
    client.access_token = token
    try:
        answer = await (client.whoami() if token else client.login_info())
    except (ClientError, TimeoutError, OSError):
        return [render("matrix.unreachable", homeserver=settings.matrix_homeserver)]
    finally:
        await client.close()
    if not isinstance(answer, ErrorResponse):
        return []
    refused = error_code(answer) in SIGNED_OUT
    return [render("matrix.token_refused") if refused else render("matrix.sync_failed", reason=error_code(answer))]
