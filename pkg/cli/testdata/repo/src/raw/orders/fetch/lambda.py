def handler(event, context):
    return {"orders": event.get("orders", [])}
