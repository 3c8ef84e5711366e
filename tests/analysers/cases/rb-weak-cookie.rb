Rails.application.config.action_dispatch.cookies_same_site_protection = :none # hit
Rails.application.config.action_dispatch.cookies_same_site_protection = :strict # ok
