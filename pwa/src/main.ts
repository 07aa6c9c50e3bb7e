console.log('greenlane')
