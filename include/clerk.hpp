/// @file
/// Everything an application needs. Pulls in neither Beast nor OpenSSL.
#pragma once

#include <clerk/api_request.hpp>
#include <clerk/awaitable.hpp>
#include <clerk/build_settings.hpp>
#include <clerk/client.hpp>
#include <clerk/config.hpp>
#include <clerk/error.hpp>
#include <clerk/export.hpp>
#include <clerk/headers.hpp>
#include <clerk/metadata.hpp>
#include <clerk/observer.hpp>
#include <clerk/organization.hpp>
#include <clerk/organizations_api.hpp>
#include <clerk/page.hpp>
#include <clerk/paginator.hpp>
#include <clerk/patch_field.hpp>
#include <clerk/request_preview.hpp>
#include <clerk/result.hpp>
#include <clerk/secret.hpp>
#include <clerk/timestamp.hpp>
#include <clerk/version.hpp>
#include <clerk/webhook.hpp>
